package dev.tinyserv.agent.build;

import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.ShellWord;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The forms in which programs print a secret: its lines, escaped in some way, in base64, base32 or hexadecimal digits,
 * also within something longer, and the user and password of a URL, which may be printed with another host.
 */
final class SecretForms {
    /** The fewest bytes of a secret: to blot out shorter values would blot out half of what is printed. */
    private static final int SHORTEST_BYTES = 8;

    /** Line ends, also those written as {@code \n} to have a key on one line. */
    private static final Pattern LINE_END = Pattern.compile("\\R|(?:\\\\r)?\\\\n");

    /**
     * The user and password of a URL as in RFC 3986, of which a value may hold several; some programs decode them
     * before use.
     */
    private static final Pattern URL =
            Pattern.compile("://(?<user>(?:(?!%3[aA])[^/?#:@\\s])*)(?:(?<colon>:|%3[aA])(?<password>[^/?#@\\s]*))?@");

    /** A URL that is all of the value, with a password that nobody has encoded. */
    private static final Pattern WHOLE_URL =
            Pattern.compile("[\\w+.:-]*\\w://(?<user>(?:(?!%3[aA])[^/:@\\s])*)(?<colon>:|%3[aA])(?<password>.*)@.*");

    /** The fewest characters of a user in a URL that is mostly a token. */
    private static final int LONG_USER = 16;

    /** A user in a URL that is no token. */
    private static final Pattern WORD = Pattern.compile("[a-z_-]{0,15}");

    private static final int BITS_PER_BYTE = 8;
    private static final int BITS_PER_CHARACTER = 6;
    private static final int BITS_PER_DIGIT = 5;
    private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    private SecretForms() {}

    /** All forms of the value that have at least 8 bytes in UTF-8. */
    static Set<String> of(String value) {
        Set<String> forms = new LinkedHashSet<>();
        LINE_END.splitAsStream(value).forEach(line -> addWritten(forms, line.strip()));
        addWritten(forms, value.strip());
        addBase64(forms, value.strip());
        addDigits(forms, value.strip());
        addUsersOfUrls(forms, value.strip());
        forms.removeIf(form -> !isLongEnough(form));
        return forms;
    }

    private static void addUsersOfUrls(Set<String> forms, String value) {
        Matcher url = URL.matcher(value);
        while (url.find()) {
            addUser(forms, url);
        }
        Matcher whole = WHOLE_URL.matcher(value);
        if (whole.matches()) {
            addUser(forms, whole);
        }
    }

    /**
     * Adds user and password. A short password is blotted out only between user and host, a user that is a word only in
     * a URL.
     */
    private static void addUser(Set<String> forms, Matcher url) {
        String user = url.group("user");
        String password = url.group("password");
        if (password == null || password.isEmpty()) {
            boolean isToken = isLongEnough(user) && !WORD.matcher(user).matches();
            addEncoded(forms, isToken ? user : "//" + user + "@");
            return;
        }
        addEncoded(forms, password);
        addEncoded(forms, user + url.group("colon") + password + "@");
        addBase64(forms, decoded(user + ":" + password));
        if (user.length() >= LONG_USER) {
            addEncoded(forms, user);
        }
    }

    /** Adds a part of a URL as it stands there and as it is decoded. */
    private static void addEncoded(Set<String> forms, String part) {
        for (String text : List.of(part, decoded(part))) {
            addWritten(forms, text);
            addBase64(forms, text);
            addDigits(forms, text);
        }
    }

    private static String decoded(String part) {
        try {
            return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return part; // it holds a '%' that stands for itself
        }
    }

    private static void addWritten(Set<String> forms, String text) {
        if (!isLongEnough(text)) {
            return;
        }
        String encoded = URLEncoder.encode(text, StandardCharsets.UTF_8);
        Stream.of(
                        text,
                        text.replaceAll("\\s+", " "),
                        Printable.excerpt(text, text.length()),
                        inJson(text),
                        ShellWord.withinQuotes(text),
                        encoded,
                        encoded.replace("+", "%20"),
                        encoded.replace("+", "%20").replace("%7E", "~").replace("*", "%2A"),
                        inLowerCaseHex(encoded.replace("+", "%20")))
                .filter(form -> form.lines().count() == 1)
                .forEach(forms::add);
    }

    private static String inJson(String text) {
        return text.replace("\\", "\\\\")
                .replace("\"", "\\\"")
                .replace("\n", "\\n")
                .replace("\r", "\\r")
                .replace("\t", "\\t");
    }

    private static String inLowerCaseHex(String encoded) {
        return Pattern.compile("%[0-9A-F]{2}")
                .matcher(encoded)
                .replaceAll(match -> match.group().toLowerCase(Locale.ROOT));
    }

    /**
     * Adds base64: which characters a text becomes depends on how many bytes precede it, as in {@code user:password}.
     */
    private static void addBase64(Set<String> forms, String text) {
        if (!isLongEnough(text)) {
            return;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int before = 0; before < 3; before++) {
            byte[] shifted = new byte[before + bytes.length];
            System.arraycopy(bytes, 0, shifted, before, bytes.length);
            int from = -Math.floorDiv(-before * BITS_PER_BYTE, BITS_PER_CHARACTER);
            int to = shifted.length * BITS_PER_BYTE / BITS_PER_CHARACTER;
            String encoded = Base64.getEncoder().encodeToString(shifted).substring(from, to);
            forms.add(encoded);
            forms.add(encoded.replace('+', '-').replace('/', '_'));
        }
    }

    /**
     * Adds hexadecimal digits, also byte by byte, and base32, which depends on the bytes that precede as base64 does.
     */
    private static void addDigits(Set<String> forms, String text) {
        if (!isLongEnough(text)) {
            return;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (String delimiter : List.of("", " ", ":")) {
            String digits = HexFormat.ofDelimiter(delimiter).formatHex(bytes);
            forms.add(digits);
            forms.add(digits.toUpperCase(Locale.ROOT));
        }
        for (int before = 0; before < BITS_PER_DIGIT; before++) {
            String digits = inBase32(before, bytes);
            forms.add(digits);
            forms.add(digits.toLowerCase(Locale.ROOT));
        }
    }

    /** The digits that depend on these bytes only, when {@code before} other bytes precede them. */
    private static String inBase32(int before, byte[] bytes) {
        StringBuilder digits = new StringBuilder();
        int bits = bytes.length * BITS_PER_BYTE;
        for (int bit = Math.floorMod(-before * BITS_PER_BYTE, BITS_PER_DIGIT);
                bit + BITS_PER_DIGIT <= bits;
                bit += BITS_PER_DIGIT) {
            int digit = 0;
            for (int i = bit; i < bit + BITS_PER_DIGIT; i++) {
                digit = 2 * digit + (bytes[i / BITS_PER_BYTE] >> (BITS_PER_BYTE - 1 - i % BITS_PER_BYTE) & 1);
            }
            digits.append(BASE32.charAt(digit));
        }
        return digits.toString();
    }

    private static boolean isLongEnough(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length >= SHORTEST_BYTES;
    }
}
