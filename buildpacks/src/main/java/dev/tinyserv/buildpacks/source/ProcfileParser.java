package dev.tinyserv.buildpacks.source;

import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a Procfile's lines. */
final class ProcfileParser {
    /** The largest command, in bytes. */
    private static final int MAX_COMMAND_BYTES = 32 * 1024;

    private static final Pattern LINE = Pattern.compile("([A-Za-z0-9_-]+):\\s*(.+)");
    private static final Pattern MERGE_MARKER = Pattern.compile("(<{7}|={7}|>{7}|\\|{7})( .*)?");
    private static final int MAX_TYPE = 63;
    private static final int MAX_TYPES = 100;
    private static final int EXCERPT = 60;

    private final String text;
    private final Map<String, String> commands = new LinkedHashMap<>();
    private final Map<String, Integer> lineOf = new LinkedHashMap<>();

    ProcfileParser(String text) {
        this.text = text;
    }

    Map<String, String> parse() {
        int number = 0;
        for (String raw : text.split("\n", -1)) {
            number++;
            String line = raw.endsWith("\r") ? raw.substring(0, raw.length() - 1) : raw;
            if (!line.isBlank() && !line.stripLeading().startsWith("#")) {
                take(number, line);
            }
        }
        if (commands.isEmpty()) {
            throw new Refusal("Procfile has no process: add a line such as `web: ./server --port $PORT`");
        }
        return commands;
    }

    private void take(int number, String line) {
        if (MERGE_MARKER.matcher(line).matches()) {
            throw refusal(number, "is a merge marker: finish the merge");
        }
        Matcher parts = LINE.matcher(line);
        if (!parts.matches()) {
            throw refusal(
                    number,
                    "is no process: expected `TYPE: COMMAND`, found '" + Printable.excerpt(line, EXCERPT) + "'");
        }
        String type = parts.group(1);
        String command = parts.group(2).strip();
        if (type.length() > MAX_TYPE) {
            throw refusal(
                    number, "has a process type of " + type.length() + " characters: expected at most " + MAX_TYPE);
        }
        if (command.isEmpty()) {
            throw refusal(number, "has no command: expected `" + type + ": COMMAND`");
        }
        if (command.getBytes(StandardCharsets.UTF_8).length > MAX_COMMAND_BYTES) {
            throw refusal(number, "has a command of more than " + MAX_COMMAND_BYTES + " bytes: move it into a script");
        }
        Integer earlier = lineOf.putIfAbsent(type, number);
        if (earlier != null) {
            throw refusal(number, "names " + type + " again, as line " + earlier + " does: expected each type once");
        }
        if (commands.size() == MAX_TYPES) {
            throw refusal(number, "is one process too many: expected at most " + MAX_TYPES);
        }
        commands.put(type, command);
    }

    private static Refusal refusal(int line, String problem) {
        return new Refusal("Procfile line " + line + " " + problem);
    }
}
