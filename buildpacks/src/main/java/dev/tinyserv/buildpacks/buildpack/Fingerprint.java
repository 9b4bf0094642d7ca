package dev.tinyserv.buildpacks.buildpack;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A hash of all that decides what an install of dependencies brings: lock file, runtime, platform. Builds with the same
 * hash may share dependencies.
 */
public final class Fingerprint {
    private static final int BYTES = 16;

    private final MessageDigest digest;

    /** Begins with the platform, because native code is built for it. */
    public Fingerprint() {
        digest = sha256();
        add(System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }

    /** Adds a text. */
    public Fingerprint add(String text) {
        digest.update((text + "\n").getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /** Adds a file's name and content, if it is a file. */
    public Fingerprint add(Path file) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return this;
        }
        add(file.getFileName() + " " + Files.size(file));
        byte[] buffer = new byte[8192];
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
        }
        return this;
    }

    /** Adds the path, size and time of a program, if it is there, so that a new version counts. */
    public Fingerprint addProgram(Optional<Path> program) throws IOException {
        if (program.isEmpty()) {
            return this;
        }
        Path file = program.get().toRealPath();
        return add(file + " " + Files.size(file) + " "
                + Files.getLastModifiedTime(file).toMillis());
    }

    /** The hash as lower-case hexadecimal; call it once, at the end. */
    public String hex() {
        return HexFormat.of().formatHex(digest.digest(), 0, BYTES);
    }
}
