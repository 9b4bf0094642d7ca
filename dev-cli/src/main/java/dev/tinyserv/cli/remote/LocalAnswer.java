package dev.tinyserv.cli.remote;

import dev.tinyserv.cli.output.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

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
        // The answer is read while the program runs: a program waits for ever at a full pipe that nobody reads.
        FutureTask<String> text = new FutureTask<>(() -> read(process.getInputStream()));
        Thread reader = new Thread(text, "answer of " + name);
        reader.setDaemon(true);
        reader.start();
        try {
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                throw tooSlow(name);
            }
            return new LocalAnswer(process.exitValue(), text.get(SECONDS, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.failed("interrupted");
        } catch (TimeoutException e) {
            throw tooSlow(name); // the program has ended, and a process that it left holds its output open
        } catch (ExecutionException e) {
            throw Problem.failed("the answer of " + name + " cannot be read");
        } finally {
            process.destroy();
        }
    }

    private static Problem tooSlow(String name) {
        return Problem.failed(name + " did not answer within " + SECONDS + " s");
    }

    private static String read(InputStream stream) throws IOException {
        try (stream) {
            byte[] bytes = stream.readNBytes(MAX_BYTES);
            stream.transferTo(OutputStream.nullOutputStream());
            return new String(bytes, StandardCharsets.UTF_8).strip();
        }
    }
}
