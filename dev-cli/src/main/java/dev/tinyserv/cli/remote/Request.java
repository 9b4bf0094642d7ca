package dev.tinyserv.cli.remote;

import dev.tinyserv.cli.output.Problem;
import dev.tinyserv.cli.output.SafeText;
import dev.tinyserv.cli.output.Terminal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request to the server: one line of JSON before the input, so that no value is in an argument list.
 *
 * @param arguments the verb and what follows it, as the user typed it
 * @param app the app that the current folder deploys, or null
 * @param wantsInput whether input follows
 */
public record Request(List<String> arguments, @Nullable String app, boolean wantsInput) {
    private static final int MAX_BYTES = 256 * 1024;
    private static final char LOST = '\uFFFD';

    public Request {
        arguments = List.copyOf(arguments);
    }

    /** A request without input. */
    public static Request of(@Nullable String app, List<String> arguments) {
        return new Request(arguments, app, false);
    }

    /** The line with its end. Throws a usage problem when it is too long or not valid text. */
    byte[] header(String host, Terminal terminal) {
        StringBuilder json = new StringBuilder(256).append("{\"schema\":1,\"arguments\":[");
        String separator = "";
        for (String argument : arguments) {
            json.append(separator);
            appendText(json, argument);
            separator = ",";
        }
        json.append("],\"app\":");
        if (app == null) {
            json.append("null");
        } else {
            appendText(json, app);
        }
        json.append(",\"host\":");
        appendText(json, host);
        json.append(",\"color\":").append(terminal.color()).append("}\n");
        return limited(json.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] limited(byte[] line) {
        if (line.length > MAX_BYTES) {
            throw Problem.usage("the arguments take " + line.length + " bytes, the limit is " + MAX_BYTES
                    + ": give a long value as input, KEY=- < file");
        }
        return line;
    }

    // Written by hand: loading a JSON library would double the time that we add to a call.
    private static void appendText(StringBuilder json, String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isBroken(text, i)) {
                throw Problem.usage(SafeText.quoted(text) + " is not valid UTF-8: set LC_ALL to a UTF-8 locale, or"
                        + " give the value as input, KEY=- < file");
            }
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < 0x20 || c == 0x7f) {
                json.append("\\u00").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
            } else {
                json.append(c);
            }
        }
        json.append('"');
    }

    private static boolean isBroken(String text, int at) {
        char c = text.charAt(at);
        if (Character.isHighSurrogate(c)) {
            return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
        }
        boolean alone = Character.isLowSurrogate(c) && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
        return c == LOST || alone;
    }
}
