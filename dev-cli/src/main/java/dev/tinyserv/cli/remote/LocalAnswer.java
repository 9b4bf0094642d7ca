package dev.tinyserv.cli.remote;

import dev.tinyserv.cli.output.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The answer of a program on this machine, such as git, or ssh about its configuration.
 *
 * @param text its output, at most 64 KiB, without white space around it
 */
record LocalAnswer(int status, String text) {
    private static final long SECONDS = 20;
    private static final int MAX_BYTES = 64 * 1024;

    /**
     * Runs a program without input and without prompts of git. Throws a Problem when it cannot be started or takes more
     * than 20 s.
     *
     * @param complaints {@link Redirect#PIPE} to have the error output in the text
     */
    static LocalAnswer of(Surroundings surroundings, List<String> command, Redirect complaints) {
        ProcessBuilder builder = surroundings
                .process(command)
                .redirectErrorStream(complaints.equals(Redirect.PIPE))
                .redirectError(complaints);
        builder.environment().put("GIT_TERMINAL_PROMPT", "0");
        try {
            return of(builder.start(), command.get(0));
        } catch (IOException e) {
            throw Problem.failed(command.get(0) + " is not installed, or not on PATH: install it");
        }
    }

    private static LocalAnswer of(Process process, String name) throws IOException {
        process.getOutputStream().close();
        try (InputStream out = process.getInputStream()) {
            // What we ask for fits into the pipe, so the program never waits for us to read it.
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                throw Problem.failed(name + " did not answer within " + SECONDS + " s");
            }
            byte[] bytes = out.readNBytes(MAX_BYTES);
            return new LocalAnswer(process.exitValue(), new String(bytes, StandardCharsets.UTF_8).strip());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.failed("interrupted");
        } finally {
            process.destroy();
        }
    }
}
