package dev.tinyserv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.agent.command.Commands;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The list that the developer's command carries with it is the server's. */
class SameVerbsTest {
    private static final List<String> ONLY_HERE = List.of("git:remote", "help", "version");

    @TempDir
    Path base;

    @Test
    void everyVerbOfTheServerIsListedHereWithItsShortNameAndNoOther() {
        Map<String, String> here = shortNames(
                new TestUser(base).tinyserv("help").out(), "(?m)^  ([a-z:]+) +.*?(?:\\(short: ([a-z]+)\\))?$");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(Commands.help(List.of(), out, out)).isZero();
        Map<String, String> there =
                shortNames(out.toString(StandardCharsets.UTF_8), "(?m)^([a-z:]+)(?: \\(([a-z]+)\\))? {3}.*$");

        assertThat(here).containsKeys(ONLY_HERE.toArray(String[]::new));
        ONLY_HERE.forEach(here::remove);
        assertThat(here).isNotEmpty().isEqualTo(there);
    }

    /** The verbs that a help text lists, with their short names or an empty text. */
    private static Map<String, String> shortNames(String help, String row) {
        Map<String, String> names = new TreeMap<>();
        Matcher matcher = Pattern.compile(row).matcher(help);
        while (matcher.find()) {
            names.put(matcher.group(1), matcher.group(2) == null ? "" : matcher.group(2));
        }
        return names;
    }
}
