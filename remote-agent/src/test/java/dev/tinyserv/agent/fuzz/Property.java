package dev.tinyserv.agent.fuzz;

import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import java.util.Objects;

/** What must hold of every input. Plain, because it runs a million times. */
public final class Property {
    private static final int LONGEST_REFUSAL = 1000;

    private Property() {}

    /** Fails with a text unless it holds. */
    public static void holds(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }

    /** Fails unless both are equal. */
    public static void equal(Object first, Object second) {
        if (!Objects.equals(first, second)) {
            throw new AssertionError("differs:\n" + first + "\n" + second);
        }
    }

    /** A refusal is one short line, safe for a terminal. */
    public static void oneLine(Refusal refusal) {
        oneLine(String.valueOf(refusal.getMessage()));
    }

    /** A reason is one short line, safe for a terminal. */
    public static void oneLine(String text) {
        equal(text, Printable.escaped(text));
        holds(!text.isBlank() && text.length() <= LONGEST_REFUSAL, "no line for people: " + text.length());
    }
}
