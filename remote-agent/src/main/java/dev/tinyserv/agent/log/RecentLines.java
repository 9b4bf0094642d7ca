package dev.tinyserv.agent.log;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The last lines of one process: at most 100, and at most 64 Ki characters. Used by one thread. */
final class RecentLines {
    private static final int MOST_LINES = 100;
    private static final int MOST_CHARACTERS = 64 * 1024;

    private final Deque<String> lines = new ArrayDeque<>();
    private int characters;

    void add(String line) {
        lines.add(line);
        characters += line.length();
        while (lines.size() > MOST_LINES || characters > MOST_CHARACTERS) {
            characters -= lines.remove().length();
        }
    }

    List<String> last(int count) {
        List<String> all = new ArrayList<>(lines);
        return List.copyOf(all.subList(Math.max(0, all.size() - Math.max(0, count)), all.size()));
    }
}
