package dev.tinyserv.agent.route.site;

import dev.tinyserv.agent.route.http.Head;
import dev.tinyserv.agent.route.http.Octets;
import dev.tinyserv.agent.route.http.Request;
import io.netty.handler.codec.DateFormatter;
import java.time.Instant;
import java.util.Date;
import org.jspecify.annotations.Nullable;

/** What a request for a file says of the file: which forms the client takes, and what it has already. */
final class SiteRequest {
    private final Head head;
    private final boolean isHead;

    SiteRequest(Head head, Request request) {
        this.head = head;
        this.isHead = request.head();
    }

    /** A field's value, of several with commas between them; empty without one. */
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

    /** Whether it is a person's browser that goes to a page, and not one that loads a part of it. */
    boolean wantsPage() {
        return field("accept").contains("text/html");
    }

    /**
     * What the conditions make of the answer, in the order of RFC 9110, section 13.2.2.
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

    /** The part that it wants; null for the whole file. */
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
