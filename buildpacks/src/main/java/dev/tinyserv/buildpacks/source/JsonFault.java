package dev.tinyserv.buildpacks.source;

import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;

/** What is wrong with a JSON file, in words for the one who wrote it; the parser's are for programmers. */
public final class JsonFault {
    private static final String OURS = "dev.tinyserv.";
    private static final Pattern CHARACTER = Pattern.compile("^Unexpected character \\('(.)' \\(code (\\d+)");
    private static final Pattern QUOTED = Pattern.compile("[\"'](.{1,60}?)[\"']");

    /** A sign in the parser's message, in lower case, and what it means; the first that is found counts. */
    private static final Map<String, String> SIGNS = signs();

    private JsonFault() {}

    private static Map<String, String> signs() {
        Map<String, String> signs = new LinkedHashMap<>();
        signs.put("input in a comment", "a comment is not closed");
        signs.put("end-of-input", "it ends before all brackets and quotes are closed");
        signs.put("nesting depth", "it is nested too deep");
        signs.put("trailing token", "something stands behind its last bracket");
        signs.put(
                "illegal unquoted character", "a text holds a line end or control character: write \\n for a line end");
        signs.put("ctrl-char", "a control character stands there");
        signs.put("escape", "a text holds a backslash with a character that it cannot stand before");
        signs.put("leading zero", "a number begins with 0");
        signs.put("expected a valid value", "a value is missing");
        signs.put("numeric value", "a number is written in a way that JSON does not know");
        signs.put("double-quote to start", "a name in double quotes is missing");
        signs.put("colon", "a colon behind the name is missing");
        signs.put("comma", "a comma or a closing bracket is missing");
        return signs;
    }

    /** What is wrong with a record of ours, in words without file and line, for the one who looks after the server. */
    public static String ofRecord(JacksonException e) {
        if (!(e instanceof DatabindException) || e.getOriginalMessage().contains("end-of-input")) {
            return of(e, true);
        }
        Optional<String> ours = ownWords(e.getCause());
        if (ours.isPresent()) {
            return Printable.excerpt(ours.get(), 160);
        }
        String key = e.getPath().stream()
                .map(part -> part.getPropertyName() == null ? "" + part.getIndex() : part.getPropertyName())
                .collect(Collectors.joining("."));
        String named = missingKey(e.getCause()).orElse(key);
        return (named.isEmpty() ? "a value" : "'" + Printable.excerpt(named, 60) + "'")
                + " is missing or of another kind";
    }

    /** What a record of ours says of its values. An exception of the JVM has words for programmers. */
    private static Optional<String> ownWords(@Nullable Throwable cause) {
        if (cause instanceof Refusal || (cause instanceof IllegalArgumentException && isIn(cause, 0, OURS))) {
            return Optional.ofNullable(cause.getMessage());
        }
        return Optional.empty();
    }

    /** The key that a record of ours misses: our records pass its name to {@code requireNonNull}. */
    private static Optional<String> missingKey(@Nullable Throwable cause) {
        if (cause instanceof NullPointerException && isIn(cause, 0, Objects.class.getName()) && isIn(cause, 1, OURS)) {
            return Optional.ofNullable(cause.getMessage());
        }
        return Optional.empty();
    }

    /** Whether the method of this frame of the stack, from 0, belongs to classes whose names begin so. */
    private static boolean isIn(Throwable cause, int frame, String prefix) {
        StackTraceElement[] trace = cause.getStackTrace();
        return trace.length > frame && trace[frame].getClassName().startsWith(prefix);
    }

    /** The words, without the place. */
    static String of(JacksonException e, boolean strict) {
        String message = e.getOriginalMessage().lines().findFirst().orElse("");
        String lower = message.toLowerCase(Locale.ROOT);
        Matcher character = CHARACTER.matcher(message);
        if (strict && character.find() && character.group(1).equals("/")) {
            return "it has a comment, which this file may not have";
        }
        if (lower.startsWith("duplicate")) {
            return "the name '" + quoted(message) + "' stands there twice";
        }
        if (lower.startsWith("unrecognized token")) {
            return "the word '" + quoted(message) + "' does not belong there: put a text in double quotes";
        }
        return SIGNS.entrySet().stream()
                .filter(sign -> lower.contains(sign.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("something stands there that does not belong there");
    }

    private static String quoted(String message) {
        Matcher text = QUOTED.matcher(message);
        return text.find() ? Printable.excerpt(text.group(1), 60) : "";
    }
}
