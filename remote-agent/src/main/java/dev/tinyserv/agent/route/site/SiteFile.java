package dev.tinyserv.agent.route.site;

import java.io.IOException;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A file of a site, in a coding that the client accepts.
 *
 * @param entry the path of this form
 * @param bytes the size of this form
 * @param modified when the plain file changed last, in whole seconds
 * @param type its media type
 * @param encoding the {@code Content-Encoding}; empty for none
 * @param varies whether another client may get another form
 */
record SiteFile(SiteEntry entry, long bytes, Instant modified, String type, String encoding, boolean varies) {
    private static final String GZIP = "gzip";
    private static final String BROTLI = "br";

    /** The file at an entry, or null if there is none. Links are not followed. */
    static @Nullable SiteFile find(SiteEntry entry, Accepted accepted) throws IOException {
        BasicFileAttributes plain = entry.isBelowFolders() ? entry.attributes() : null;
        if (plain == null || !plain.isRegularFile()) {
            return null;
        }
        String type = MediaType.of(entry.name());
        SiteEntry brotliEntry = entry.beside(".br");
        SiteEntry gzipEntry = entry.beside(".gz");
        BasicFileAttributes brotli = brotliEntry.attributes();
        BasicFileAttributes gzip = gzipEntry.attributes();
        boolean varies = brotli != null || gzip != null;
        if (brotli != null && brotli.isRegularFile() && accepted.takes(BROTLI)) {
            return of(brotliEntry, brotli, plain, type, BROTLI, varies);
        }
        if (gzip != null && gzip.isRegularFile() && accepted.takes(GZIP)) {
            return of(gzipEntry, gzip, plain, type, GZIP, varies);
        }
        return of(entry, plain, plain, type, "", varies);
    }

    private static SiteFile of(
            SiteEntry entry,
            BasicFileAttributes form,
            BasicFileAttributes plain,
            String type,
            String how,
            boolean varies) {
        Instant modified =
                Instant.ofEpochSecond(plain.lastModifiedTime().toInstant().getEpochSecond());
        return new SiteFile(entry, form.size(), modified, type, how, varies);
    }

    static boolean isFolder(SiteEntry entry) throws IOException {
        BasicFileAttributes attributes = entry.isBelowFolders() ? entry.attributes() : null;
        return attributes != null && attributes.isDirectory();
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
