package dev.tinyserv.buildpacks.buildpack;

import dev.tinyserv.buildpacks.process.Command;
import dev.tinyserv.buildpacks.process.CommandFailed;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A bare repository in an app's cache, fetched from one URL. Builds can write there, so {@link #open} makes all but
 * objects anew, and git finds no settings, hooks or filters of theirs. Git runs as the programs of the build do.
 */
public final class KeptRepository {
    private static final Set<String> DATA = Set.of("objects", "shallow");

    /** Holds the commit of the last fetch that succeeded. Git writes FETCH_HEAD, and empties it when a fetch begins. */
    private static final String LAST = "last-fetched";

    /** In bytes; a version before has left its FETCH_HEAD there, and builds can write there, too. */
    private static final int MAX_LAST = 10_000;

    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

    private final Build build;
    private final Tools tools;
    private final Path folder;
    private final Duration patience;

    private KeptRepository(Build build, Tools tools, Path folder, Duration patience) {
        this.build = build;
        this.tools = tools;
        this.folder = folder;
        this.patience = patience;
    }

    /**
     * Opens the repository of a URL, or makes it.
     *
     * @param kind the name of its folder in the cache
     * @param place the URL, as users write it
     * @param patience the time limit of one call of git
     */
    public static KeptRepository open(Build build, String kind, String place, Duration patience) throws IOException {
        Path all = build.cacheFolder(kind);
        Path folder = all.resolve(new Fingerprint().add(place).hex());
        if (FileTree.hasLinks(all)) {
            FileTree.delete(all);
        }
        Files.createDirectories(folder);
        leaveOnlyData(folder);
        Tools tools = Tools.of(build).with(QuietGit.ownEnvironment());
        KeptRepository kept = new KeptRepository(build, tools, folder, patience);
        kept.git(tools, "git init", "init", "-q", "--bare", "--template=", "--", folder.toString());
        return kept;
    }

    private static void leaveOnlyData(Path folder) throws IOException {
        keepLast(folder);
        for (Path entry : FileTree.entries(folder, "*")) {
            String name = String.valueOf(entry.getFileName());
            if (!DATA.contains(name) && !name.equals(LAST)) {
                FileTree.delete(entry);
            }
        }
        FileTree.delete(folder.resolve("objects/info"));
    }

    /** One that the version before has kept has its last commit only where git has written it. */
    private static void keepLast(Path folder) throws IOException {
        Path last = folder.resolve(LAST);
        if (!Files.isRegularFile(last, LinkOption.NOFOLLOW_LINKS)) {
            FileTree.delete(last);
            Path former = folder.resolve("FETCH_HEAD");
            if (Files.isRegularFile(former, LinkOption.NOFOLLOW_LINKS)) {
                Files.move(former, last, StandardCopyOption.ATOMIC_MOVE);
            }
        }
    }

    /**
     * Fetches from a URL, which may have a password in it.
     *
     * @param depth the options for the depth; may be empty
     * @param refs the refs to fetch
     * @throws CommandFailed if the fetch fails
     */
    public void fetch(String url, List<String> depth, String refs) {
        Map<String, String> secret = UrlSecret.variables(url, build.environment());
        List<String> all = new ArrayList<>(List.of("fetch", "-q", "--no-tags"));
        all.addAll(depth);
        all.addAll(List.of("--", UrlSecret.removedFrom(url), refs));
        git(tools.with(secret), "git fetch", all.toArray(String[]::new));
    }

    /** Whether the repository has the commit with its tree. */
    public boolean has(String commit) {
        try {
            lines("cat-file", "-e", commit + "^{tree}");
            return true;
        } catch (CommandFailed e) {
            build.cancellation().check();
            return false;
        }
    }

    /** Notes a commit as the last that was fetched. */
    public void remember(String commit) throws IOException {
        Path unfinished = folder.resolve(LAST + ".new");
        if (FileTree.isBehindLink(build.cache(), unfinished)) {
            throw new IOException(folder + " has become a link during the build");
        }
        FileTree.delete(unfinished);
        Files.writeString(unfinished, commit + "\n", StandardOpenOption.CREATE_NEW);
        Files.move(unfinished, folder.resolve(LAST), StandardCopyOption.ATOMIC_MOVE);
    }

    /** The commit that was noted last; empty if there is none. A build can have written it. */
    public String remembered() throws IOException {
        Path last = folder.resolve(LAST);
        boolean readable = !FileTree.isBehindLink(build.cache(), last)
                && Files.isRegularFile(last, LinkOption.NOFOLLOW_LINKS)
                && Files.size(last) <= MAX_LAST;
        Matcher commit = COMMIT.matcher(readable ? Files.readString(last, StandardCharsets.ISO_8859_1) : "");
        return commit.lookingAt() ? commit.group() : "";
    }

    /** The lines that a git command prints. */
    public List<String> lines(String... arguments) {
        return git(tools, "git " + arguments[0], arguments);
    }

    /** Writes the files of a commit into a folder. */
    public void checkOut(String commit, Path target) throws IOException {
        Path index = build.temp().resolve("checked-out-index");
        Files.deleteIfExists(index);
        git(
                tools.with(Map.of("GIT_INDEX_FILE", index.toString())),
                "git checkout",
                "--work-tree=" + target,
                "checkout",
                "-q",
                "-f",
                commit,
                "--",
                ".");
    }

    private List<String> git(Tools with, String called, String... arguments) {
        List<String> all = new ArrayList<>(List.of("git", "-c", "core.hooksPath=/dev/null", "--git-dir=" + folder));
        all.addAll(List.of(arguments));
        Instant soon = Instant.now().plus(patience);
        Command command = with.command(all).in(folder).called(called);
        return command.until(
                        soon.isBefore(build.run().deadline())
                                ? soon
                                : build.run().deadline())
                .collect()
                .lines();
    }

    /** Why git failed, in one line: that it was ended, or what it says is fatal, and what ssh said before. */
    public static String reason(CommandFailed failure) {
        if (failure.endedByUs()) {
            return String.valueOf(failure.getMessage());
        }
        List<String> lines = failure.lastLines().stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith("fatal: ")) {
                boolean ssh = i > 0 && lines.get(i).startsWith("fatal: Could not read from remote");
                return lines.get(i) + (ssh ? " " + lines.get(i - 1) : "");
            }
        }
        return lines.isEmpty() ? String.valueOf(failure.getMessage()) : lines.get(lines.size() - 1);
    }
}
