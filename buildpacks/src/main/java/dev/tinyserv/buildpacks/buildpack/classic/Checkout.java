package dev.tinyserv.buildpacks.buildpack.classic;

import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.buildpack.Build;
import dev.tinyserv.buildpacks.buildpack.KeptRepository;
import dev.tinyserv.buildpacks.buildpack.Tools;
import dev.tinyserv.buildpacks.process.CommandFailed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A buildpack's files for one build. What git fetched is kept in the app's cache, so that a build goes on with it while
 * the buildpack's server is away.
 */
final class Checkout {
    private static final String KIND = "buildpacks";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Build build;
    private final Location location;
    private final Tools tools;

    Checkout(Build build, Location location) {
        this.build = build;
        this.location = location;
        this.tools = Tools.of(build);
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
        KeptRepository kept = KeptRepository.open(build, KIND, location.toString(), PATIENCE);
        kept.checkOut(fetched(kept), copy);
    }

    private String fetched(KeptRepository kept) throws IOException {
        try {
            kept.fetch(location.place(), List.of("--depth", "1"), location.ref());
            String commit = kept.lines("rev-parse", "FETCH_HEAD").get(0);
            kept.remember(commit);
            return commit;
        } catch (CommandFailed e) {
            build.cancellation().check();
            String reason = KeptRepository.reason(e);
            String last = kept.remembered();
            if (last.isEmpty() || !kept.has(last)) {
                String remedy = location.isShortCommit()
                        ? "; a commit needs its whole id of 40 digits"
                        : "; if that is no matter of a moment, name others by `tinyserv buildpacks:set`";
                throw new Refusal("the buildpack " + location + " cannot be fetched: " + reason + remedy, e);
            }
            build.transcript()
                    .problem("the buildpack " + location + " cannot be fetched, its last version is used: " + reason);
            return last;
        }
    }
}
