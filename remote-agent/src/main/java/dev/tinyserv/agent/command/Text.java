package dev.tinyserv.agent.command;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** An answer for people: lines, tables and problems, in order. */
final class Text {
    private final List<Consumer<Console>> parts = new ArrayList<>();

    /** Adds a line; it may have line ends within. */
    Text line(String text) {
        parts.add(console -> console.line(text));
        return this;
    }

    /** Adds a problem, for the error output. */
    Text problem(String text) {
        parts.add(console -> console.problem(text));
        return this;
    }

    /** Adds rows whose columns are aligned. */
    Text table(List<List<String>> rows) {
        parts.add(console -> console.table(rows));
        return this;
    }

    void showOn(Console console) {
        parts.forEach(part -> part.accept(console));
    }
}
