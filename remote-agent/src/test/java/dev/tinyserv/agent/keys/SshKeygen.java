package dev.tinyserv.agent.keys;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Keys made by the {@code ssh-keygen} of the machine, as users make them. */
public final class SshKeygen {
    private final Path folder;

    /** Puts keys into this folder. */
    public SshKeygen(Path folder) {
        this.folder = folder;
    }

    /** Makes an ed25519 pair in files called by the name, which is its comment too. */
    public Path ed25519(String name) {
        return make(name, "ed25519", 256);
    }

    /** Makes a pair; returns the private key's file. */
    public Path make(String name, String type, int bits) {
        Path file = folder.resolve(name);
        run(List.of(
                "ssh-keygen",
                "-q",
                "-t",
                type,
                "-b",
                Integer.toString(bits),
                "-N",
                "",
                "-C",
                name,
                "-f",
                file.toString()));
        return file;
    }

    /** The line that stands in the {@code .pub} file of the pair. */
    public static String publicKey(Path privateKey) {
        try {
            return Files.readString(privateKey.resolveSibling(privateKey.getFileName() + ".pub"))
                    .strip();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Runs a program that must succeed; returns what it prints. */
    public static String run(List<String> command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                    .redirectErrorStream(true)
                    .start();
            String output =
                    new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException(command + " failed: " + output);
            }
            return output;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
