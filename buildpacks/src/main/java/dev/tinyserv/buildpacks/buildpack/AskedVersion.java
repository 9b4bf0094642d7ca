package dev.tinyserv.buildpacks.buildpack;

import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.process.CommandFailed;
import dev.tinyserv.buildpacks.process.Transcript;
import dev.tinyserv.buildpacks.runtime.Version;
import dev.tinyserv.buildpacks.runtime.Wish;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The version that an app asks for of a program beside the runtime, such as a package manager. */
public final class AskedVersion {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int LONGEST = 60;

    private AskedVersion() {}

    /**
     * Tells the pusher if the server's program has another version, which is used all the same. Tells nothing if the
     * program is not there or does not print its version.
     *
     * @param program the name of the program
     * @param remedy installs the wanted version: {@code on the server: npm install -g pnpm@10.11.0}
     */
    public static void tell(Tools tools, Transcript transcript, String program, Wish wish, String remedy) {
        there(tools, program)
                .filter(version -> !wish.range().contains(version))
                .ifPresent(version -> transcript.problem(wish.file() + " asks for " + program + " "
                        + Printable.excerpt(wish.text(), LONGEST) + wish.ifUnread() + ", the server has " + version
                        + " and takes it: "
                        + (wish.isUnread() ? "" : remedy + ", or ") + "change " + wish.file()));
    }

    /** The version that the server's program prints in the app's folder, which may select another one. */
    public static Optional<Version> there(Tools tools, String program) {
        if (!tools.has(program)) {
            return Optional.empty();
        }
        Optional<Version> inTheApp = ask(tools, program, null);
        // Yarn 1 says nothing but that the package.json asks for another one.
        return inTheApp.isPresent() ? inTheApp : ask(tools, program, Path.of("/"));
    }

    private static Optional<Version> ask(Tools tools, String program, @org.jspecify.annotations.Nullable Path folder) {
        try {
            var command = tools.command(List.of(program, "--version")).within(PATIENCE);
            return Version.findIn(
                    (folder == null ? command : command.in(folder)).collect().text());
        } catch (CommandFailed e) {
            return Optional.empty();
        }
    }
}
