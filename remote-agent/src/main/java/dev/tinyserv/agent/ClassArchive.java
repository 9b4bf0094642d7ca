package dev.tinyserv.agent;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The archive of classes with which agent, router and commands start faster. The launcher uses the archive where there
 * is one, and tells the agent where one is missing. Then the agent has it built once, by a process of lowest priority.
 *
 * @param launcher the distribution's command
 * @param folder where archives lie
 */
record ClassArchive(Path launcher, Path folder) {
    private static final Logger LOG = LoggerFactory.getLogger(ClassArchive.class);

    /** The verb with which the launcher builds the archive and starts no agent. */
    private static final String BUILD = "internal:archive";

    /**
     * After these seconds the agent has mostly loaded what it needs, and what waited for its start has had the
     * processors.
     */
    private static final long REST_SECONDS = 15;

    /** The archive that this process was started without; empty if it has one, or can have none. */
    static Optional<ClassArchive> missing(Installation installation) {
        @Nullable String folder = System.getProperty("tinyserv.archives");
        return Optional.ofNullable(folder).map(path -> new ClassArchive(installation.launcher(), Path.of(path)));
    }

    /** Has the archive built 15 s from now; returns at once. A failure costs nothing but time at the next start. */
    void buildLater() {
        Executor later = CompletableFuture.delayedExecutor(REST_SECONDS, TimeUnit.SECONDS);
        CompletableFuture.runAsync(this::build, later).exceptionally(problem -> {
            LOG.info("there is no archive of classes: {}", problem.getMessage());
            return null;
        });
    }

    private void build() {
        ProcessBuilder builder =
                new ProcessBuilder("setsid", "nice", "-n", "19", launcher.toString(), BUILD).directory(folder.toFile());
        builder.environment().keySet().removeIf(name -> !name.equals("PATH") && !name.equals("JAVA_HOME"));
        builder.environment().put("TINYSERV_ARCHIVES", folder.toString());
        builder.redirectInput(Path.of("/dev/null").toFile());
        builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        try {
            builder.start();
        } catch (IOException e) {
            LOG.info("there is no archive of classes: {}", e.getMessage());
        }
    }
}
