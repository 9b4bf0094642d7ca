package dev.tinyserv.buildpacks.buildpack.python;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A TOML file, of which only single strings are of interest: a table's header and a string each on a line of its own, as
 * everybody writes them. Anything else counts as absent.
 */
record TomlText(String text) {
    private static final Pattern TABLE = Pattern.compile("\\s*\\[\\s*([^\\[\\]\"]{1,100}?)\\s*]\\s*(?:#.*)?");
    private static final Pattern STRING =
            Pattern.compile("\\s*([\\w-]{1,60})\\s*=\\s*" + "(?:\"([^\"\\\\]{0,256})\"|'([^']{0,256})')\\s*(?:#.*)?");

    /** Whether there is a table of that name, such as {@code project}. */
    boolean hasTable(String name) {
        return text.lines().anyMatch(line -> isTable(line, name));
    }

    /** A string of a table. */
    Optional<String> string(String table, String key) {
        boolean inside = false;
        for (String line : text.lines().toList()) {
            if (line.stripLeading().startsWith("[")) {
                inside = isTable(line, table);
            }
            Matcher string = STRING.matcher(line);
            if (inside && string.matches() && string.group(1).equals(key)) {
                return Optional.ofNullable(string.group(2)).or(() -> Optional.ofNullable(string.group(3)));
            }
        }
        return Optional.empty();
    }

    private static boolean isTable(String line, String name) {
        Matcher table = TABLE.matcher(line);
        return table.matches() && table.group(1).equals(name);
    }
}
