package dev.tinyserv.agent.build;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The places of one line that are blotted out; where they overlap they become one, so that no rest of either is left. */
final class Blots {
    private final List<Blot> blots = new ArrayList<>();

    private record Blot(int from, int to, String replacement) {}

    /** Adds one; of those that overlap, the replacement of the first that was added stands there. */
    void add(int from, int to, String replacement) {
        int first = from;
        int last = to;
        String name = replacement;
        for (int i = blots.size() - 1; i >= 0; i--) {
            Blot other = blots.get(i);
            if (other.from() < last && first < other.to()) {
                first = Math.min(first, other.from());
                last = Math.max(last, other.to());
                name = other.replacement();
                blots.remove(i);
            }
        }
        blots.add(new Blot(first, last, name));
    }

    String in(String line) {
        if (blots.isEmpty()) {
            return line;
        }
        blots.sort(Comparator.comparingInt(Blot::from));
        StringBuilder blotted = new StringBuilder();
        int done = 0;
        for (Blot blot : blots) {
            blotted.append(line, done, blot.from()).append(blot.replacement());
            done = blot.to();
        }
        return blotted.append(line, done, line.length()).toString();
    }
}
