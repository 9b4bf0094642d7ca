package dev.tinyserv.buildpacks.source;

import java.util.List;

/** Lists of words that are written as one text. */
public final class Words {
    private Words() {}

    /** The words of a text that white space separates. */
    public static List<String> of(String text) {
        return List.of(text.strip().split("\\s+", -1));
    }
}
