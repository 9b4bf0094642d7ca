package dev.tinyserv.buildpacks.buildpack;

import dev.tinyserv.buildpacks.Refusal;
import dev.tinyserv.buildpacks.process.Command;
import dev.tinyserv.buildpacks.process.CommandFailed;
import dev.tinyserv.buildpacks.source.Excerpt;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Fills the folders of an app's submodules, and of theirs, with git. What was fetched is kept in the app's cache, so that
 * a commit is fetched once.
 */
public final class Submodules {
    private static final String FILE = ".gitmodules";
    private static final int MOST = 100;
    private static final int DEEPEST = 4;
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Pattern REMOTE =
            Pattern.compile("(https?|ssh)://[^\\s\\p{Cntrl}]+|[\\w.-]+@[\\w.-]+:[^\\s\\p{Cntrl}]+");
    private static final Pattern SETTING = Pattern.compile("submodule\\.(.*)\\.(path|url)=(.*)");
    private static final Set<String> DATA = Set.of("objects", "shallow");
    private static final Pattern LINK = Pattern.compile("160000 commit ([0-9a-f]{40})\\t(.+)");

    private final Build build;
    private final Tools tools;
    private int count;

    /**
     * Those of one build.
     *
     * @param ssh how git calls ssh, as in {@code GIT_SSH_COMMAND}
     */
    public Submodules(Build build, String ssh) {
        this.build = build;
        this.tools = Tools.of(build).with(QuietGit.environment(ssh));
    }

    /**
     * Fills them.
     *
     * @param tree where the source lies
     * @param links the commits that it names, by path
     * @throws Refusal if one cannot be fetched, naming it
     * @throws IOException if the tree cannot be written
     */
    public void fill(Path tree, Map<String, String> links) throws IOException {
        if (!links.isEmpty()) {
            tools.require("git", "on Debian: apt-get install git");
            build.transcript().step("Fetching submodules");
            fill(tree, links, "", 1);
        }
    }

    private void fill(Path tree, Map<String, String> links, String prefix, int depth) throws IOException {
        Map<String, String> urls = urls(tree);
        for (Map.Entry<String, String> link : links.entrySet()) {
            String shown = Excerpt.of(prefix + link.getKey(), 120);
            if (++count > MOST || depth > DEEPEST) {
                throw new Refusal("the submodule " + shown + " is one too many: at most " + MOST + ", nested " + DEEPEST
                        + " deep, are fetched");
            }
            String url = urls.get(link.getKey());
            if (url == null) {
                throw new Refusal("the submodule " + shown + " has no url in " + prefix + FILE);
            }
            requireRemote(url, shown);
            build.transcript().detail(shown + " at " + link.getValue().substring(0, 7) + " from " + shown(url));
            Path folder = tree.resolve(link.getKey());
            Path kept = fetch(url, link.getValue(), shown);
            checkOut(kept, link.getValue(), folder, shown);
            fill(folder, links(kept, link.getValue()), prefix + link.getKey() + "/", depth + 1);
        }
    }

    /** Without what may be a password or a token in it. */
    private static String shown(String url) {
        return Excerpt.of(UrlSecret.removedFrom(url), 120);
    }

    private static void requireRemote(String url, String shown) {
        if (!REMOTE.matcher(url).matches()) {
            throw new Refusal("the submodule " + shown + " has the url '" + shown(url)
                    + "': expected https://…, ssh://… or user@host:…, because the server knows nothing that another"
                    + " could be relative to");
        }
    }

    /** The URL of each path in the file of submodules. */
    private Map<String, String> urls(Path tree) {
        Map<String, String> byName = new TreeMap<>();
        Map<String, String> paths = new TreeMap<>();
        Path file = tree.resolve(FILE);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return byName;
        }
        for (String line : output(git(null, "config", "-f", file.toString(), "--list"), "reading " + FILE)) {
            Matcher setting = SETTING.matcher(line);
            if (setting.matches()) {
                (setting.group(2).equals("url") ? byName : paths).put(setting.group(1), setting.group(3));
            }
        }
        Map<String, String> urls = new TreeMap<>();
        paths.forEach((name, path) -> {
            String url = byName.get(name);
            if (url != null) {
                urls.put(path, url);
            }
        });
        return urls;
    }

    private Path fetch(String url, String commit, String shown) throws IOException {
        Path all = build.cacheFolder("submodules");
        Path kept = all.resolve(new Fingerprint().add(url).hex());
        // Builds can write there, and git, which sees more than they, would go where they lead it.
        if (FileTree.hasLinks(all)) {
            FileTree.delete(all);
        }
        Files.createDirectories(kept);
        leaveOnlyData(kept);
        output(git(kept, "init", "-q", "--bare", kept.toString()), "git init");
        if (has(kept, commit)) {
            return kept;
        }
        try {
            output(git(kept, "fetch", "-q", "--no-tags", "--depth", "1", url, commit), "fetching " + shown);
        } catch (CommandFailed notByItsId) {
            build.cancellation().check();
            fetchAll(kept, url, shown);
        }
        if (!has(kept, commit)) {
            throw new Refusal("the submodule " + shown + " names commit " + commit + ", which " + shown(url)
                    + " does not have: push it there");
        }
        return kept;
    }

    /** What tells git to run programs, or to look elsewhere, is not taken from the cache. */
    private static void leaveOnlyData(Path kept) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(kept)) {
            for (Path entry : entries) {
                if (!DATA.contains(String.valueOf(entry.getFileName()))) {
                    FileTree.delete(entry);
                }
            }
        }
        FileTree.delete(kept.resolve("objects/info"));
    }

    /** Not every server gives a commit by its id. */
    private void fetchAll(Path kept, String url, String shown) {
        try {
            output(git(kept, "fetch", "-q", "--no-tags", url, "+refs/*:refs/kept/*"), "fetching " + shown);
        } catch (CommandFailed e) {
            build.cancellation().check();
            e.lastLines().forEach(line -> build.transcript().detail(line.replace(url, UrlSecret.removedFrom(url))));
            throw new Refusal(
                    "the submodule " + shown + " cannot be fetched from " + shown(url)
                            + ": if it is private, add the key that `apps:deploy-key` prints there, and use its ssh URL",
                    e);
        }
    }

    private boolean has(Path kept, String commit) {
        try {
            output(git(kept, "cat-file", "-e", commit + "^{tree}"), "git cat-file");
            return true;
        } catch (CommandFailed e) {
            build.cancellation().check();
            return false;
        }
    }

    private void checkOut(Path kept, String commit, Path folder, String shown) throws IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            throw new Refusal("the submodule " + shown + " lies in no folder");
        }
        Path index = build.temp().resolve("submodule-index");
        Files.deleteIfExists(index);
        List<String> checkOut = git(kept, "--work-tree=" + folder, "checkout", "-q", "-f", commit, "--", ".")
                .arguments();
        Tools withIndex = tools.with(Map.of("GIT_INDEX_FILE", index.toString()));
        output(withIndex.command(checkOut), "checking out " + shown);
    }

    /** The submodules that a commit names, by path. */
    private Map<String, String> links(Path kept, String commit) {
        Map<String, String> links = new TreeMap<>();
        for (String entry : output(git(kept, "ls-tree", "-r", commit), "git ls-tree")) {
            Matcher link = LINK.matcher(entry);
            if (link.matches()) {
                links.put(link.group(2), link.group(1));
            }
        }
        return links;
    }

    private Command git(@Nullable Path repository, String... arguments) {
        List<String> all = new ArrayList<>(List.of("git", "-c", "core.hooksPath=/dev/null"));
        if (repository != null) {
            all.add("--git-dir=" + repository);
        }
        all.addAll(List.of(arguments));
        return tools.command(all);
    }

    private List<String> output(Command command, String called) {
        Instant soon = Instant.now().plus(PATIENCE);
        return command.called(called)
                .until(soon.isBefore(build.deadline()) ? soon : build.deadline())
                .collect()
                .lines();
    }
}
