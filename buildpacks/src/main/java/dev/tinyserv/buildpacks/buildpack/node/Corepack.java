package dev.tinyserv.buildpacks.buildpack.node;

import dev.tinyserv.buildpacks.buildpack.Build;
import dev.tinyserv.buildpacks.buildpack.Tools;
import dev.tinyserv.buildpacks.process.CommandFailed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Node.js's own way to another version of a package manager: it fetches the one that is named, and runs it. */
final class Corepack {
    private static final String NAME = "corepack";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** A whole version, and a hash if there is one: it becomes a part of a script. */
    private static final Pattern EXACT = Pattern.compile(
            "\\d{1,6}\\.\\d{1,6}\\.\\d{1,6}(?:-[0-9A-Za-z.-]{1,40})?(?:\\+sha\\d{1,3}\\.[0-9a-fA-F]{1,200})?");

    private Corepack() {}

    /**
     * Programs among which the package manager has that version; empty if corepack is not there or cannot get it.
     *
     * @param version as in {@code packageManager}
     */
    static Optional<Tools> with(Build build, Tools tools, String program, String version) throws IOException {
        if (!tools.has(NAME) || !EXACT.matcher(version).matches()) {
            return Optional.empty();
        }
        // A new one each time: an earlier buildpack's programs can have put links wherever they know a name.
        Path bin = Files.createTempDirectory(build.temp(), "corepack-");
        Path script = bin.resolve(program);
        Files.writeString(script, "#!/bin/sh\nexec corepack " + program + "@" + version + " \"$@\"\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        Tools found = tools.before(bin)
                .with(Map.of("COREPACK_ENABLE_DOWNLOAD_PROMPT", "0", "COREPACK_ENABLE_STRICT", "0"))
                .unlessSet(Map.of("COREPACK_HOME", build.cacheFolder(NAME).toString()));
        try {
            String said = found.command(List.of(program, "--version"))
                    .within(PATIENCE)
                    .collect()
                    .text();
            boolean right = said.lines().anyMatch(line -> !line.isBlank() && version.startsWith(line.strip()));
            return right ? Optional.of(found) : Optional.empty();
        } catch (CommandFailed e) {
            build.cancellation().check();
            return Optional.empty();
        }
    }
}
