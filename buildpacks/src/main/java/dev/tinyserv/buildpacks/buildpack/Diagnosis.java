package dev.tinyserv.buildpacks.buildpack;

import java.util.List;
import java.util.regex.Pattern;

/** Finds the reason of a failure in the output of a program: the first line with a known sign counts. */
public final class Diagnosis {
    private final List<Sign> signs;
    private volatile String remedy = "";

    /**
     * A known sign in a line.
     *
     * @param line finds the sign in a line
     * @param remedy what is wrong, and what to do
     */
    public record Sign(Pattern line, String remedy) {
        /** A sign that is a text in the line. */
        public Sign(String text, String remedy) {
            this(Pattern.compile(Pattern.quote(text)), remedy);
        }
    }

    /** A diagnosis by these signs. */
    public Diagnosis(List<Sign> signs) {
        this.signs = List.copyOf(signs);
    }

    /** Takes the next line; called by one thread. */
    public void look(String line) {
        if (remedy.isEmpty()) {
            signs.stream()
                    .filter(sign -> sign.line().matcher(line).find())
                    .findFirst()
                    .ifPresent(sign -> remedy = ": " + sign.remedy());
        }
    }

    /** The remedy, with {@code ": "} before it; empty if no sign was found. */
    public String remedy() {
        return remedy;
    }
}
