package dev.tinyserv.agent.route.site;

import dev.tinyserv.agent.route.http.Field;
import dev.tinyserv.agent.route.http.Head;
import dev.tinyserv.agent.route.http.Request;
import dev.tinyserv.buildpacks.buildpack.Site;
import io.netty.handler.codec.DateFormatter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a request for a file of a site.
 *
 * @param status the status
 * @param fields the fields of the head, without those of every answer and of the connection
 * @param file the file of the body; null for a body of {@code text}
 * @param part the bytes of the file that are sent
 * @param text the body without a file
 */
public record SiteReply(
        int status, List<Field> fields, @Nullable SiteEntry file, ByteRange part, String text) {
    private static final String INDEX = "index.html";

    /** Finds the file. Throws an {@link IOException} if the disk fails. */
    static SiteReply to(Site site, Head head, Request request) throws IOException {
        String method = head.text(0, request.methodEnd());
        if (!method.equals("GET") && !method.equals("HEAD")) {
            return plain(405, "only GET and HEAD are served here", List.of(new Field("Allow", "GET, HEAD")));
        }
        SiteRequest asked = new SiteRequest(head, request);
        SitePath path = SitePath.parse(head.bytes(), request.targetStart(), request.targetEnd());
        if (path != null) {
            Path folder = Path.of(site.folder());
            SiteEntry place = SiteEntry.of(folder, path.text());
            Accepted accepted = asked.acceptedEncodings();
            SiteFile file = SiteFile.find(path.folder() ? place.child(INDEX) : place, accepted);
            if (file == null && !path.folder()) {
                if (SiteFile.isFolder(place) && SiteFile.find(place.child(INDEX), accepted) != null) {
                    return plain(
                            301,
                            "see " + path.asFolder(),
                            List.of(new Field("Location", path.asFolder() + query(head, request))));
                }
                file = site.cleanUrls() ? SiteFile.find(place.beside(".html"), accepted) : null;
            }
            if (file == null && site.singlePage() && (!path.namesFile() || asked.wantsPage())) {
                file = SiteFile.find(SiteEntry.of(folder, INDEX), accepted);
            }
            if (file != null) {
                return found(file, asked);
            }
        }
        SiteFile page = SiteFile.find(SiteEntry.of(Path.of(site.folder()), site.notFound()), asked.acceptedEncodings());
        return page == null
                ? plain(404, "there is no such page", List.of())
                : new SiteReply(404, entity(page, page.bytes()), page.entry(), whole(page), "");
    }

    private static String query(Head head, Request request) {
        String target = head.text(request.targetStart(), request.targetEnd());
        int query = target.indexOf('?');
        return query < 0 ? "" : target.substring(query);
    }

    private static SiteReply found(SiteFile file, SiteRequest asked) {
        List<Field> validators = List.of(
                new Field("ETag", file.etag()),
                new Field("Last-Modified", date(file.modified())),
                new Field("Cache-Control", "no-cache"));
        int status = asked.status(file);
        if (status == 304) {
            return new SiteReply(304, all(List.of(validators, vary(file))), null, ByteRange.NONE, "");
        }
        if (status == 412) {
            return plain(412, "the file is another one now", validators);
        }
        ByteRange range = asked.range(file);
        if (range == null) {
            return new SiteReply(
                    200,
                    all(List.of(entity(file, file.bytes()), validators, List.of(new Field("Accept-Ranges", "bytes")))),
                    file.entry(),
                    whole(file),
                    "");
        }
        if (range.equals(ByteRange.NONE)) {
            return plain(
                    416,
                    "the file has " + file.bytes() + " bytes",
                    List.of(new Field("Content-Range", "bytes */" + file.bytes())));
        }
        Field part = new Field("Content-Range", "bytes " + range.first() + "-" + range.last() + "/" + file.bytes());
        List<Field> fields = all(List.of(entity(file, range.length()), validators, List.of(part)));
        return new SiteReply(206, fields, file.entry(), range, "");
    }

    private static ByteRange whole(SiteFile file) {
        return new ByteRange(0, file.bytes() - 1);
    }

    private static List<Field> entity(SiteFile file, long bytes) {
        return all(List.of(
                List.of(new Field("Content-Type", file.type()), new Field("Content-Length", Long.toString(bytes))),
                file.encoding().isEmpty() ? List.of() : List.of(new Field("Content-Encoding", file.encoding())),
                vary(file)));
    }

    private static List<Field> vary(SiteFile file) {
        return file.varies() ? List.of(new Field("Vary", "Accept-Encoding")) : List.of();
    }

    private static SiteReply plain(int status, String line, List<Field> fields) {
        String text = line + "\n";
        List<Field> entity = List.of(
                new Field("Content-Type", "text/plain; charset=utf-8"),
                new Field("Content-Length", Integer.toString(text.getBytes(StandardCharsets.UTF_8).length)));
        return new SiteReply(status, all(List.of(entity, fields)), null, ByteRange.NONE, text);
    }

    private static List<Field> all(List<List<Field>> parts) {
        return parts.stream().flatMap(List::stream).toList();
    }

    private static String date(Instant instant) {
        return DateFormatter.format(Date.from(instant));
    }

    /** All fields of the head. */
    public List<Field> head(boolean http11, boolean keepAlive) {
        List<Field> connection =
                keepAlive && http11 ? List.of() : List.of(new Field("Connection", keepAlive ? "keep-alive" : "close"));
        return all(List.of(
                List.of(new Field("Date", date(Instant.now()))),
                fields,
                List.of(new Field("X-Content-Type-Options", "nosniff")),
                connection));
    }
}
