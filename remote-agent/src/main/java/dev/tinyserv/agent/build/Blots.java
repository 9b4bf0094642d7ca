package dev.tinyserv.agent.build;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The places of one line that are blotted out. Places that overlap become one, so that no rest of either is left. Used
 * by one thread.
 */
final class Blots {
    private final List<Blot> blots = new ArrayList<>();

    private record Blot(int from, int to, String replacement) {}

    /**
     * Adds a place; where it overlaps earlier ones, they become one, with the replacement of one of the earlier ones.
     */
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

    /** The line with all places replaced. */
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
