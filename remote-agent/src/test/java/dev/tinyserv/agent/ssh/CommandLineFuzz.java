package dev.tinyserv.agent.ssh;

import dev.tinyserv.agent.fuzz.Property;
import dev.tinyserv.buildpacks.base.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What a client sends is a list of words that a shell's quotes give back unchanged, or is refused; nothing is expanded. */
public final class CommandLineFuzz {
    private CommandLineFuzz() {}

    /** Tries one input. */
    public static void fuzzerTestOneInput(byte[] input) {
        String line = new String(input, StandardCharsets.UTF_8);
        List<String> words;
        try {
            words = CommandLineWords.split(line);
        } catch (Refusal refusal) {
            Property.oneLine(refusal);
            return;
        }
        StringBuilder quoted = new StringBuilder();
        int length = 0;
        for (String word : words) {
            Property.holds(word.indexOf('\0') < 0, "a word with NUL");
            length += word.length();
            quoted.append(" '").append(word.replace("'", "'\\''")).append('\'');
        }
        Property.holds(length <= line.length(), "more text than was sent");
        Property.holds(
                words.stream().allMatch(word -> word.chars().allMatch(c -> line.indexOf(c) >= 0)),
                "a character that nobody sent");
        if (quoted.length() <= CommandLineWords.MAX_LENGTH) {
            Property.equal(words, CommandLineWords.split(quoted.toString()));
        }
    }
}
