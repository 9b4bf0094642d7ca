package dev.tinyserv.agent.build;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One character in an escaped form: by its number, as in JSON, URLs and programming languages, or by its name, as in
 * HTML. The sign that begins the form may itself be escaped several times.
 *
 * @param from the index of its first character
 * @param to the index behind its last character
 * @param codePoint the character that it means
 */
record Escape(int from, int to, int codePoint) {
    private static final int HEXADECIMAL = 16;
    private static final int OCTAL = 8;
    private static final int ONE_BYTE = 0x80;
    private static final int MOST_BYTES = 4;
    private static final int LATIN_1 = 0xA0;

    private static final Pattern BYTE =
            Pattern.compile("(?:\\\\{1,16}+x|%(?:25){0,8})(\\p{XDigit}{2})|=([0-9A-F]{2})|\\\\{1,16}+([0-3][0-7]{2})");

    private static final Pattern UNIT = Pattern.compile("(?:\\\\{1,16}+|%)u(\\p{XDigit}{4})");

    private static final Pattern CHARACTER = Pattern.compile(
            "\\\\{1,16}+(?:[ux]\\{(?<braces>\\p{XDigit}{1,6})\\}|U(?<long>\\p{XDigit}{8})|(?<letter>[nrt]))"
                    + "|&(?:amp;){0,8}(?:#(?<decimal>[0-9]{1,7})|#[xX](?<hex>\\p{XDigit}{1,6})|(?<name>\\w{2,8}));"
                    + "|\\\\(?<sign>[^\\p{Alnum}\\\\])");

    private static final Map<String, Integer> NAMES = names();

    /** The escape that begins at an index of the line; empty if none does. */
    static Optional<Escape> at(int from, String line) {
        return switch (line.charAt(from)) {
            case '\\', '%', '&', '=' ->
                bytes(from, line).or(() -> units(from, line)).or(() -> character(from, line));
            default -> Optional.empty();
        };
    }

    /** Bytes of UTF-8, or one of Latin 1. */
    private static Optional<Escape> bytes(int from, String line) {
        Matcher matcher = BYTE.matcher(line);
        byte[] bytes = new byte[MOST_BYTES];
        int end = from;
        int latin = -1;
        int latinEnd = from;
        for (int count = 0;
                count < MOST_BYTES && matcher.region(end, line.length()).lookingAt();
                count++) {
            int value = byteOf(matcher);
            end = matcher.end();
            bytes[count] = (byte) value;
            if (count == 0) {
                latin = value;
                latinEnd = end;
            }
            int read = utf8(bytes, count + 1);
            if (read >= 0) {
                return Optional.of(new Escape(from, end, read));
            }
            if (latin < ONE_BYTE) {
                break;
            }
        }
        return latin < 0 ? Optional.empty() : Optional.of(new Escape(from, latinEnd, latin));
    }

    private static int byteOf(Matcher matcher) {
        String octal = matcher.group(3);
        if (octal != null) {
            return Integer.parseInt(octal, OCTAL);
        }
        return Integer.parseInt(matcher.group(1) == null ? matcher.group(2) : matcher.group(1), HEXADECIMAL);
    }

    private static int utf8(byte[] bytes, int count) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, count))
                    .toString()
                    .codePointAt(0);
        } catch (CharacterCodingException e) {
            return -1;
        }
    }

    /** One unit of UTF-16, or two that are one character. */
    private static Optional<Escape> units(int from, String line) {
        Matcher matcher = UNIT.matcher(line).region(from, line.length());
        if (!matcher.lookingAt()) {
            return Optional.empty();
        }
        char first = (char) Integer.parseInt(matcher.group(1), HEXADECIMAL);
        int end = matcher.end();
        if (Character.isHighSurrogate(first)
                && matcher.region(end, line.length()).lookingAt()) {
            char second = (char) Integer.parseInt(matcher.group(1), HEXADECIMAL);
            if (Character.isLowSurrogate(second)) {
                return Optional.of(new Escape(from, matcher.end(), Character.toCodePoint(first, second)));
            }
        }
        return Optional.of(new Escape(from, end, first));
    }

    private static Optional<Escape> character(int from, String line) {
        Matcher matcher = CHARACTER.matcher(line).region(from, line.length());
        if (!matcher.lookingAt()) {
            return Optional.empty();
        }
        long codePoint = meant(matcher);
        return codePoint < 0 || codePoint > Character.MAX_CODE_POINT
                ? Optional.empty()
                : Optional.of(new Escape(from, matcher.end(), (int) codePoint));
    }

    private static long meant(Matcher matcher) {
        for (String group : new String[] {"braces", "long", "hex"}) {
            if (matcher.group(group) != null) {
                return Long.parseLong(matcher.group(group), HEXADECIMAL);
            }
        }
        if (matcher.group("decimal") != null) {
            return Long.parseLong(matcher.group("decimal"));
        }
        if (matcher.group("name") != null) {
            return NAMES.getOrDefault(matcher.group("name"), -1);
        }
        if (matcher.group("sign") != null) {
            return matcher.group("sign").charAt(0);
        }
        return switch (matcher.group("letter")) {
            case "n" -> '\n';
            case "r" -> '\r';
            default -> '\t';
        };
    }

    /** The names that HTML has for the signs of its own syntax and for the characters of Latin 1. */
    private static Map<String, Integer> names() {
        Map<String, Integer> names =
                new HashMap<>(Map.of("amp", (int) '&', "lt", (int) '<', "gt", (int) '>', "quot", (int) '"'));
        names.put("apos", (int) '\'');
        String inOrder = "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr"
                + " deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest"
                + " Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml"
                + " Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times"
                + " Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig"
                + " agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml"
                + " igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide"
                + " oslash ugrave uacute ucirc uuml yacute thorn yuml";
        int codePoint = LATIN_1;
        for (String name : List.of(inOrder.split(" ", -1))) {
            names.put(name, codePoint++);
        }
        return names;
    }
}
