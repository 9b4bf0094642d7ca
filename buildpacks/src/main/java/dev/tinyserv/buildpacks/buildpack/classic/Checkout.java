package dev.tinyserv.buildpacks.buildpack.classic;

import dev.tinyserv.buildpacks.Refusal;
import dev.tinyserv.buildpacks.buildpack.Build;
import dev.tinyserv.buildpacks.buildpack.Fingerprint;
import dev.tinyserv.buildpacks.buildpack.QuietGit;
import dev.tinyserv.buildpacks.buildpack.Tools;
import dev.tinyserv.buildpacks.process.CommandFailed;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A buildpack's files for one build. What git fetched is kept in the app's cache, so that a build goes on with it while
 * the buildpack's server is away.
 */
final class Checkout {
    /** In bytes; git writes some hundred, but builds can write there, too. */
    private static final int MAX_FETCH_HEAD = 10_000;

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Build build;
    private final Location location;
    private final Tools tools;

    Checkout(Build build, Location location) {
        this.build = build;
        this.location = location;
        this.tools = Tools.of(build).with(QuietGit.environment("ssh -o BatchMode=yes"));
    }

    /**
     * The folder with the buildpack's {@code bin}: a private copy, because buildpacks write beside it.
     *
     * @throws Refusal if there is none
     */
    Path folder() throws IOException {
        require();
        Path copy = Files.createTempDirectory(build.temp(), "buildpack-");
        if (location.isFolder()) {
            copyFolder(copy);
        } else {
            checkOut(copy);
        }
        return copy;
    }

    /** Refuses if it cannot be had for a reason that is known without asking its server. */
    void require() {
        if (!location.isFolder()) {
            tools.require("git", "on Debian: apt-get install git");
        } else if (!Files.isDirectory(Path.of(location.place()))) {
            throw new Refusal("the buildpack " + location + " is no folder on the server");
        }
    }

    private void copyFolder(Path copy) {
        tools.command(List.of("cp", "-a", "--", location.place() + "/.", copy.toString()))
                .called("copying the buildpack " + location)
                .collect();
    }

    private void checkOut(Path copy) throws IOException {
        Path all = build.cacheFolder("buildpacks");
        Path kept = all.resolve(new Fingerprint().add(location.toString()).hex());
        if (FileTree.hasLinks(all)) {
            FileTree.delete(all); // the app's builds can write there
        }
        fetch(kept);
        git(kept, "--work-tree=" + copy, "checkout", "-q", "-f", "FETCH_HEAD", "--", ".");
    }

    private void fetch(Path kept) throws IOException {
        boolean known = Files.isRegularFile(kept.resolve("FETCH_HEAD"), LinkOption.NOFOLLOW_LINKS)
                && Files.size(kept.resolve("FETCH_HEAD")) > 0
                && Files.size(kept.resolve("FETCH_HEAD")) <= MAX_FETCH_HEAD;
        Files.createDirectories(kept);
        git(kept, "init", "-q", "--bare", kept.toString());
        // A fetch that fails empties the file by which the last one is found.
        byte[] last = known ? Files.readAllBytes(kept.resolve("FETCH_HEAD")) : new byte[0];
        try {
            git(kept, "fetch", "-q", "--depth", "1", "--no-tags", location.place(), location.ref());
        } catch (CommandFailed e) {
            build.cancellation().check();
            String reason = e.lastLines().isEmpty()
                    ? e.getMessage()
                    : e.lastLines().get(e.lastLines().size() - 1);
            if (!known) {
                String remedy = location.isShortCommit() ? "; a commit needs its whole id of 40 digits" : "";
                throw new Refusal("the buildpack " + location + " cannot be fetched: " + reason + remedy, e);
            }
            Files.write(kept.resolve("FETCH_HEAD"), last);
            build.transcript()
                    .problem("the buildpack " + location + " cannot be fetched, its last version is used: " + reason);
        }
    }

    private void git(Path repository, String... arguments) {
        List<String> all = new ArrayList<>(List.of("git", "--git-dir=" + repository));
        all.addAll(List.of(arguments));
        Instant soon = Instant.now().plus(PATIENCE);
        tools.command(all)
                .called("git " + arguments[0])
                .until(soon.isBefore(build.deadline()) ? soon : build.deadline())
                .collect();
    }
}
