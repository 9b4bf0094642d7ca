package dev.tinyserv.agent.route.site;

import dev.tinyserv.agent.route.http.Head;
import dev.tinyserv.agent.route.http.Request;
import dev.tinyserv.buildpacks.buildpack.Site;
import io.netty.handler.codec.DateFormatter;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a request for a file of a site.
 *
 * @param status the status
 * @param fields the head's fields but for those of the connection, each with its line end
 * @param file what the body is taken from; null for a body of {@code text}
 * @param part which bytes of it
 * @param text the body where there is no file
 */
public record SiteReply(int status, String fields, @Nullable SiteEntry file, ByteRange part, String text) {
    private static final String INDEX = "index.html";

    /** Looks the file up. Throws {@link IOException} if it is there and cannot be looked at. */
    public static SiteReply to(Site site, Head head, Request request) throws IOException {
        String method = head.text(0, request.methodEnd());
        if (!method.equals("GET") && !method.equals("HEAD")) {
            return plain(405, "only GET and HEAD are served here", "Allow: GET, HEAD\r\n");
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
                    return plain(301, "see " + path.asFolder(), "Location: " + path.asFolder() + query(head, request));
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
                ? plain(404, "there is no such page", "")
                : new SiteReply(404, entity(page, page.bytes()), page.entry(), whole(page), "");
    }

    private static String query(Head head, Request request) {
        String target = head.text(request.targetStart(), request.targetEnd());
        int query = target.indexOf('?');
        return (query < 0 ? "" : target.substring(query)) + "\r\n";
    }

    private static SiteReply found(SiteFile file, SiteRequest asked) {
        String validators = "ETag: " + file.etag() + "\r\nLast-Modified: " + date(file.modified())
                + "\r\nCache-Control: no-cache\r\n";
        int status = asked.status(file);
        if (status == 304) {
            return new SiteReply(304, validators + vary(file), null, ByteRange.NONE, "");
        }
        if (status == 412) {
            return plain(412, "the file is another one now", validators);
        }
        ByteRange range = asked.range(file);
        if (range == null) {
            return new SiteReply(
                    200,
                    entity(file, file.bytes()) + validators + "Accept-Ranges: bytes\r\n",
                    file.entry(),
                    whole(file),
                    "");
        }
        if (range.equals(ByteRange.NONE)) {
            return plain(
                    416, "the file has " + file.bytes() + " bytes", "Content-Range: bytes */" + file.bytes() + "\r\n");
        }
        String contentRange =
                "Content-Range: bytes " + range.first() + "-" + range.last() + "/" + file.bytes() + "\r\n";
        return new SiteReply(206, entity(file, range.length()) + validators + contentRange, file.entry(), range, "");
    }

    private static ByteRange whole(SiteFile file) {
        return new ByteRange(0, file.bytes() - 1);
    }

    private static String entity(SiteFile file, long bytes) {
        return "Content-Type: " + file.type() + "\r\nContent-Length: " + bytes + "\r\n"
                + (file.encoding().isEmpty() ? "" : "Content-Encoding: " + file.encoding() + "\r\n") + vary(file);
    }

    private static String vary(SiteFile file) {
        return file.varies() ? "Vary: Accept-Encoding\r\n" : "";
    }

    private static SiteReply plain(int status, String line, String fields) {
        String text = line + "\n";
        return new SiteReply(
                status,
                "Content-Type: text/plain; charset=utf-8\r\nContent-Length: "
                        + text.getBytes(StandardCharsets.UTF_8).length + "\r\n" + fields,
                null,
                ByteRange.NONE,
                text);
    }

    private static String date(Instant instant) {
        return DateFormatter.format(Date.from(instant));
    }

    /** The whole head. */
    public String head(boolean http11, boolean keepAlive) {
        String connection = keepAlive ? (http11 ? "" : "Connection: keep-alive\r\n") : "Connection: close\r\n";
        return "HTTP/1.1 " + status + " " + HttpResponseStatus.valueOf(status).reasonPhrase() + "\r\nDate: "
                + date(Instant.now()) + "\r\n" + fields + "X-Content-Type-Options: nosniff\r\n" + connection + "\r\n";
    }
}
