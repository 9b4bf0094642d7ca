package dev.tinyserv.agent.ssh;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A run of a program to its end.
 *
 * @param raw its output, one char a byte
 */
record Ssh(int status, String raw, String err) {
    byte[] bytes() {
        return raw.getBytes(StandardCharsets.ISO_8859_1);
    }

    String out() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    static Ssh run(List<String> command) {
        return run(command, new byte[0], Map.of());
    }

    static Ssh run(List<String> command, byte[] input, Map<String, String> environment) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment().putAll(environment);
            Process process = builder.start();
            CompletableFuture<byte[]> out = CompletableFuture.supplyAsync(() -> all(process.getInputStream()));
            CompletableFuture<byte[]> err = CompletableFuture.supplyAsync(() -> all(process.getErrorStream()));
            try (OutputStream in = process.getOutputStream()) {
                in.write(input);
            } catch (IOException e) {
                assert true : "the program did not want all of its input";
            }
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("still running: " + command);
            }
            return new Ssh(
                    process.exitValue(),
                    new String(out.get(60, TimeUnit.SECONDS), StandardCharsets.ISO_8859_1),
                    new String(err.get(60, TimeUnit.SECONDS), StandardCharsets.UTF_8));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] all(InputStream stream) {
        try (stream) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            stream.transferTo(bytes);
            return bytes.toByteArray();
        } catch (IOException e) {
            return new byte[0];
        }
    }
}
