package dev.tinyserv.agent.command;

import java.util.List;

/**
 * An option or a parameter of a verb.
 *
 * @param names the option's names, the shortest first; empty for a parameter
 * @param label stands for its value in helps; empty if it takes none
 * @param sentence what it means
 */
public record OptionDeclaration(List<String> names, String label, String sentence) {
    public OptionDeclaration {
        names = List.copyOf(names);
    }
}
