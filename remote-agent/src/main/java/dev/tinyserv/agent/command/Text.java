package dev.tinyserv.agent.command;

import java.util.ArrayList;
import java.util.List;

/** What people read of an answer: lines, tables and problems, in order. */
final class Text {
    private final List<Part> parts = new ArrayList<>();

    /** A piece of a text. */
    sealed interface Part permits Line, Problem, Table {}

    /** A line; it may have line ends within. */
    record Line(String text) implements Part {}

    /** Something that is wrong, on the error output. */
    record Problem(String text) implements Part {}

    /** Rows whose columns are aligned. */
    record Table(List<List<String>> rows) implements Part {}

    /** Adds a line. */
    Text line(String text) {
        parts.add(new Line(text));
        return this;
    }

    /** Adds a problem. */
    Text problem(String text) {
        parts.add(new Problem(text));
        return this;
    }

    /** Adds a table. */
    Text table(List<List<String>> rows) {
        parts.add(new Table(rows));
        return this;
    }

    List<Part> parts() {
        return List.copyOf(parts);
    }
}
