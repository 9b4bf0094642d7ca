package dev.tinyserv.buildpacks.buildpack.php;

import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.buildpack.AskedVersion;
import dev.tinyserv.buildpacks.buildpack.Build;
import dev.tinyserv.buildpacks.buildpack.Tools;
import dev.tinyserv.buildpacks.process.Program;
import dev.tinyserv.buildpacks.runtime.RuntimeKind;
import dev.tinyserv.buildpacks.runtime.Tool;
import dev.tinyserv.buildpacks.runtime.Wish;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Composer, as one build uses it. */
final class Composer {
    private static final String NAME = "composer";
    static final Tool TOOL = Tool.optional(NAME, "on Debian: apt-get install composer unzip");
    private static final int FIRST_LINE = 80;
    private static final Map<String, String> SETTINGS = Map.of(
            // What a push runs is the pusher's decision, whoever the server runs as.
            "COMPOSER_ALLOW_SUPERUSER", "1",
            // The build has a time limit of its own.
            "COMPOSER_PROCESS_TIMEOUT", "0",
            "COMPOSER_NO_AUDIT", "1");

    private final Build build;
    private final Tools tools;
    private final List<String> command;

    /** The one that is on PATH, run with the php in that folder. */
    Composer(Build build, Path bin) throws IOException {
        this.build = build;
        this.tools = Tools.of(build)
                .unlessSet(SETTINGS)
                .unlessSet(Map.of(
                        "COMPOSER_HOME", build.temp().resolve(NAME).toString(),
                        "COMPOSER_CACHE_DIR", build.cacheFolder(NAME).toString()))
                .using(RuntimeKind.PHP, bin);
        require(build, bin);
        this.command = command(bin);
    }

    /** Refuses if it is not on the server. */
    static void require(Build build, Path bin) {
        Tools.of(build).using(RuntimeKind.PHP, bin).require(TOOL);
    }

    /** Debian's names its own php in the first line; with another one Composer is started as a script. */
    private List<String> command(Path bin) throws IOException {
        Path file = Program.find(NAME, build.environment()).orElse(bin.resolve(NAME));
        boolean foreign = !bin.equals(file.getParent()) && !Files.isExecutable(bin.resolve(NAME));
        return foreign && isPhp(file) ? List.of("php", file.toString()) : List.of(NAME);
    }

    private static boolean isPhp(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            String start = new String(in.readNBytes(FIRST_LINE), StandardCharsets.UTF_8);
            return start.startsWith("#!")
                    && start.lines().findFirst().orElse("").contains("php");
        }
    }

    /** Where it is. */
    Optional<Path> program() {
        return tools.find(NAME);
    }

    /** Installs what the lock file says. */
    void install(boolean withoutDevelopment) {
        List<String> arguments = new ArrayList<>(List.of("install"));
        if (withoutDevelopment) {
            arguments.add("--no-dev");
        }
        arguments.addAll(List.of("--no-interaction", "--prefer-dist", "--optimize-autoloader", "--no-progress"));
        run(arguments.toArray(String[]::new));
    }

    /** Tells if the lock file was written by a newer one. */
    void tellOfAnotherVersion(Optional<Wish> wish) {
        wish.ifPresent(asked -> AskedVersion.tell(
                tools,
                build.transcript(),
                NAME,
                asked,
                "get a newer one from getcomposer.org, as /usr/local/bin/composer on the server"));
    }

    /**
     * Runs it and shows its output.
     *
     * @throws Refusal if it fails or has read a lock file that is out of date
     */
    void run(String... arguments) {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of(arguments));
        ComposerOutput output = new ComposerOutput(build.transcript(), tools.isSet("COMPOSER_AUTH"));
        tools.run(all, output, failure -> output.remedy().isEmpty() ? "" : ": " + output.remedy());
        if (output.tellsOfAStaleLock()) {
            throw new Refusal(output.remedy());
        }
    }
}
