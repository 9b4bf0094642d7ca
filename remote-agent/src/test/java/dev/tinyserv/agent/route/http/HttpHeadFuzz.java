package dev.tinyserv.agent.route.http;

import dev.tinyserv.agent.fuzz.Property;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Whatever the router takes, the app gets as one request that can be read in one way: one Host, one framing, no line
 * within a line; and it is the same however the bytes were cut.
 */
public final class HttpHeadFuzz {
    private static final Set<Integer> REFUSALS = Set.of(400, 405, 414, 431, 505);
    private static final InetSocketAddress PEER = new InetSocketAddress(InetAddress.getLoopbackAddress(), 40000);
    private static final List<Forwarding> FORWARDINGS =
            List.of(Forwarding.of(PEER, 5001, false), Forwarding.of(PEER, 5001, true));

    private HttpHeadFuzz() {}

    /** Tries one input. */
    public static void fuzzerTestOneInput(byte[] input) {
        ByteBuf in = Unpooled.wrappedBuffer(input);
        Head head = new Head(RequestRules.MAX_FIELDS);
        Request request;
        try {
            int size = new HeadScanner(RequestRules.MAX_HEAD).scan(in, true);
            Property.equal(size, scannedInPieces(input));
            if (size < 0) {
                return;
            }
            head.read(in, size, true);
            request = RequestRules.check(head);
        } catch (BadMessage bad) {
            Property.holds(REFUSALS.contains(bad.status()), "status " + bad.status());
            return;
        }
        for (Forwarding forwarding : FORWARDINGS) {
            ByteBuf out = Unpooled.buffer();
            HeadWriter.request(out, head, request, forwarding, "own.test", "an-id");
            checkSent(out, head, request);
        }
        checkBody(in, request);
    }

    private static int scannedInPieces(byte[] input) {
        HeadScanner scanner = new HeadScanner(RequestRules.MAX_HEAD);
        int step = Math.max(1, input.length / 50);
        int size = -1;
        for (int end = step; size < 0 && end < input.length + step; end += step) {
            size = scanner.scan(Unpooled.wrappedBuffer(input, 0, Math.min(end, input.length)), true);
        }
        return size;
    }

    private static void checkSent(ByteBuf out, Head head, Request request) {
        String sent = out.toString(StandardCharsets.ISO_8859_1);
        Property.holds(
                sent.endsWith("\r\n\r\n") && sent.indexOf("\r\n\r\n") == sent.length() - 4, "more than one head");
        Property.holds(!sent.replace("\r\n", "").matches("(?s).*[\r\n\0].*"), "a stray line end or NUL");
        List<String> framing = new ArrayList<>();
        Set<String> forwarded = new HashSet<>();
        int hosts = 0;
        String[] lines = sent.stripTrailing().split("\r\n", -1);
        for (int i = 1; i < lines.length; i++) {
            String name = lines[i].substring(0, lines[i].indexOf(':'))
                    .toLowerCase(Locale.ROOT)
                    .replace('_', '-');
            hosts += name.equals("host") ? 1 : 0;
            Property.holds(!name.startsWith("x-forwarded-") || forwarded.add(name), "twice " + name);
            if (name.equals("content-length") || name.equals("transfer-encoding")) {
                framing.add(lines[i]);
            }
        }
        Property.equal(1, hosts);
        Property.equal(expectedFraming(request.framing()), framing);
        Property.equal(3, lines[0].split(" ", -1).length);
        Property.holds(lines[0].startsWith(head.text(0, request.methodEnd()) + " "), "another method");
        checkReadAgain(out, request);
    }

    private static List<String> expectedFraming(Framing framing) {
        return switch (framing.kind()) {
            case CHUNKED -> List.of("Transfer-Encoding: chunked");
            case LENGTH -> List.of("Content-Length: " + framing.length());
            default -> List.of();
        };
    }

    private static void checkReadAgain(ByteBuf out, Request request) {
        int length = out.readableBytes();
        Head again = new Head(RequestRules.MAX_FIELDS + 10);
        int size = new HeadScanner(RequestRules.MAX_HEAD * 2).scan(out, true);
        Property.equal(length, size);
        again.read(out, size, true);
        Request second = RequestRules.check(again);
        Property.equal(request.framing(), second.framing());
        Property.equal(request.repeatable(), second.repeatable());
        Property.equal(request.upgrade(), second.upgrade());
    }

    private static void checkBody(ByteBuf in, Request request) {
        BodyReader body = new BodyReader();
        body.begin(request.framing());
        int[] taken = new int[1];
        int available = in.readableBytes();
        try {
            body.read(in, new BodyReader.Sink() {
                @Override
                public void content(ByteBuf part) {
                    taken[0] += part.readableBytes();
                    part.release();
                }

                @Override
                public void trailers(Head trailers) {
                    ByteBuf out = Unpooled.buffer();
                    HeadWriter.trailers(out, trailers);
                    String sent = out.toString(StandardCharsets.ISO_8859_1);
                    Property.equal(sent.indexOf("\r\n\r\n"), sent.length() - 4);
                }
            });
        } catch (BadMessage bad) {
            Property.holds(REFUSALS.contains(bad.status()), "status " + bad.status());
        }
        Property.holds(taken[0] <= available, "more than was sent");
        Property.holds(
                request.framing().kind() != Framing.Kind.LENGTH
                        || taken[0] <= request.framing().length(),
                "a longer body than was announced");
    }
}
