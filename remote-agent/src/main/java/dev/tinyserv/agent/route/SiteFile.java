package dev.tinyserv.agent.route;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A file of a site in the form in which a client takes it.
 *
 * @param path where it lies
 * @param bytes its size
 * @param modified when its content changed last, in whole seconds
 * @param type its media type
 * @param encoding how it is compressed, as in Content-Encoding; empty for not
 * @param varies whether another client may get another form of it
 */
record SiteFile(Path path, long bytes, Instant modified, String type, String encoding, boolean varies) {
    private static final String GZIP = "gzip";
    private static final String BROTLI = "br";

    /** The file at the path, or null if there is none; links are not followed. */
    static @Nullable SiteFile find(Path path, Accepted accepted) throws IOException {
        BasicFileAttributes plain = attributes(path);
        if (plain == null || !plain.isRegularFile()) {
            return null;
        }
        String type = MediaType.of(String.valueOf(path.getFileName()));
        BasicFileAttributes brotli = attributes(beside(path, ".br"));
        BasicFileAttributes gzip = attributes(beside(path, ".gz"));
        boolean varies = brotli != null || gzip != null;
        if (brotli != null && brotli.isRegularFile() && accepted.takes(BROTLI)) {
            return of(beside(path, ".br"), brotli, plain, type, BROTLI, varies);
        }
        if (gzip != null && gzip.isRegularFile() && accepted.takes(GZIP)) {
            return of(beside(path, ".gz"), gzip, plain, type, GZIP, varies);
        }
        return of(path, plain, plain, type, "", varies);
    }

    private static SiteFile of(
            Path path, BasicFileAttributes form, BasicFileAttributes plain, String type, String how, boolean varies) {
        Instant modified =
                Instant.ofEpochSecond(plain.lastModifiedTime().toInstant().getEpochSecond());
        return new SiteFile(path, form.size(), modified, type, how, varies);
    }

    private static Path beside(Path path, String suffix) {
        return path.resolveSibling(path.getFileName() + suffix);
    }

    static boolean isFolder(Path path) throws IOException {
        BasicFileAttributes attributes = attributes(path);
        return attributes != null && attributes.isDirectory();
    }

    private static @Nullable BasicFileAttributes attributes(Path path) throws IOException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            return null;
        } catch (FileSystemException e) {
            String reason = String.valueOf(e.getReason());
            if (reason.equals("Not a directory") || reason.equals("File name too long")) {
                return null;
            }
            throw e;
        }
    }

    /** A strong validator (RFC 9110, section 8.8.3): size, time and form. */
    String etag() {
        return '"'
                + Long.toHexString(modified.getEpochSecond())
                + '-'
                + Long.toHexString(bytes)
                + (encoding.isEmpty() ? "" : "-" + encoding)
                + '"';
    }
}
