package dev.tinyserv.buildpacks.buildpack;

import java.util.List;
import java.util.regex.Pattern;

/** What the output of a program that failed tells of the reason: the first line that holds a known sign counts. */
public final class Diagnosis {
    private final List<Sign> signs;
    private volatile String remedy = "";

    /**
     * What a line stands for.
     *
     * @param line finds it in a line
     * @param remedy what is wrong then, and what to do
     */
    public record Sign(Pattern line, String remedy) {
        /** One that is a text of the line. */
        public Sign(String text, String remedy) {
            this(Pattern.compile(Pattern.quote(text)), remedy);
        }
    }

    /** One that knows these signs. */
    public Diagnosis(List<Sign> signs) {
        this.signs = List.copyOf(signs);
    }

    /** Looks at the next line; one thread calls it. */
    public void look(String line) {
        if (remedy.isEmpty()) {
            signs.stream()
                    .filter(sign -> sign.line().matcher(line).find())
                    .findFirst()
                    .ifPresent(sign -> remedy = ": " + sign.remedy());
        }
    }

    /** What to put behind the message of the failure; empty if no sign was seen. */
    public String remedy() {
        return remedy;
    }
}
