package dev.tinyserv.buildpacks.buildpack;

import dev.tinyserv.buildpacks.process.Cancellation;
import dev.tinyserv.buildpacks.process.Transcript;
import dev.tinyserv.buildpacks.process.TreeBound;
import dev.tinyserv.buildpacks.runtime.Runtimes;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/** A build in the folders {@code app}, {@code cache} and {@code temp} of a test's folder. */
public final class TestBuild {
    private static final int SECONDS = 110;

    private TestBuild() {}

    public static Build in(Path folder, Map<String, String> environment, Runtimes runtimes, Transcript transcript) {
        return in(folder, environment, Map.of(), runtimes, transcript);
    }

    public static Build in(
            Path folder,
            Map<String, String> environment,
            Map<String, String> config,
            Runtimes runtimes,
            Transcript transcript) {
        return until(Instant.now().plusSeconds(SECONDS), folder, environment, config, runtimes, transcript);
    }

    public static Build until(
            Instant deadline,
            Path folder,
            Map<String, String> environment,
            Map<String, String> config,
            Runtimes runtimes,
            Transcript transcript) {
        return new Build(
                folder.resolve("app"),
                folder.resolve("app"),
                folder.resolve("cache"),
                folder.resolve("temp"),
                environment,
                config,
                runtimes,
                new Build.Run(
                        "TINYSERV_BUILD=test",
                        deadline,
                        new TreeBound(4L << 30, 1000),
                        transcript,
                        new Cancellation()));
    }
}
