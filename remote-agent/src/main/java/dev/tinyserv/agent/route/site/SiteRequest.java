package dev.tinyserv.agent.route.site;

import dev.tinyserv.agent.route.http.Head;
import dev.tinyserv.agent.route.http.Octets;
import dev.tinyserv.agent.route.http.Request;
import io.netty.handler.codec.DateFormatter;
import java.time.Instant;
import java.util.Date;
import org.jspecify.annotations.Nullable;

/** The fields of a request for a file: accepted forms, conditions and range. */
final class SiteRequest {
    private final Head head;
    private final boolean isHead;

    SiteRequest(Head head, Request request) {
        this.head = head;
        this.isHead = request.head();
    }

    /** The value of a field; several values are joined by commas; empty without one. */
    private String field(String lowerCaseName) {
        String value = "";
        for (int i = 0; i < head.count(); i++) {
            if (Octets.same(head.bytes(), head.nameStart(i), head.nameEnd(i), lowerCaseName)) {
                value = value.isEmpty() ? head.value(i) : value + ", " + head.value(i);
            }
        }
        return value;
    }

    private boolean has(String lowerCaseName) {
        for (int i = 0; i < head.count(); i++) {
            if (Octets.same(head.bytes(), head.nameStart(i), head.nameEnd(i), lowerCaseName)) {
                return true;
            }
        }
        return false;
    }

    Accepted acceptedEncodings() {
        return new Accepted(field("accept-encoding"));
    }

    /** Whether a browser goes to a page, rather than loading a part of one. */
    boolean wantsPage() {
        return field("accept").contains("text/html");
    }

    /**
     * The status by the conditions, in the order of RFC 9110, section 13.2.2.
     *
     * @return 200, 304 or 412
     */
    int status(SiteFile file) {
        String match = field("if-match");
        if (!match.isEmpty() || has("if-match")) {
            if (!EntityTags.of(match).matchStrongly(file.etag())) {
                return 412;
            }
        } else if (isAfter(file, field("if-unmodified-since"))) {
            return 412;
        }
        String noneMatch = field("if-none-match");
        if (!noneMatch.isEmpty()) {
            return EntityTags.of(noneMatch).matchWeakly(file.etag()) ? 304 : 200;
        }
        Instant since = date(field("if-modified-since"));
        return since != null && !file.modified().isAfter(since) ? 304 : 200;
    }

    private static boolean isAfter(SiteFile file, String date) {
        Instant limit = date(date);
        return limit != null && file.modified().isAfter(limit);
    }

    private static @Nullable Instant date(String value) {
        Date date = value.isEmpty() ? null : DateFormatter.parseHttpDate(value);
        return date == null ? null : date.toInstant();
    }

    /** The requested part; null for the whole file. */
    @Nullable
    ByteRange range(SiteFile file) {
        String value = field("range");
        if (isHead || value.isEmpty()) {
            return null;
        }
        String unless = field("if-range");
        boolean same = unless.isEmpty()
                || unless.equals(file.etag())
                || file.modified().equals(date(unless));
        return same ? ByteRange.parse(value, file.bytes()) : null;
    }
}
