package dev.tinyserv.agent.command;

import dev.tinyserv.buildpacks.base.Printable;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.TypeConversionException;

/** Parses the arguments of a verb and prints its help, from its declaration and its fields. */
final class VerbParser {
    private static final String JSON = "--json";

    private VerbParser() {}

    /** A verb's parser. */
    static CommandLine of(VerbDeclaration declared, Verb verb) {
        CommandLine parser = new CommandLine(verb);
        CommandSpec spec = parser.getCommandSpec();
        VerbDeclaration.Texts texts = declared.texts();
        spec.usageMessage().description(texts.sentences().toArray(String[]::new));
        if (!texts.examples().isEmpty()) {
            spec.usageMessage().footer("%nExample:%n  " + String.join("%n  ", texts.examples()));
        }
        if (declared.hasJson()) {
            spec.addOption(OptionSpec.builder(JSON)
                    .type(boolean.class)
                    .description(texts.json())
                    .build());
        }
        parser.setCommandName("tinyserv " + declared.name());
        parser.setExpandAtFiles(false);
        parser.setTrimQuotes(false);
        parser.registerConverter(int.class, VerbParser::wholeNumber);
        parser.registerConverter(Integer.class, VerbParser::wholeNumber);
        return parser;
    }

    /** Whether a call that was parsed asks for JSON. */
    static boolean asksForJson(CommandLine.ParseResult call) {
        return call.hasMatchedOption(JSON);
    }

    /** A verb's options and parameters, as its help lists them. */
    static List<OptionDeclaration> optionsOf(VerbTable.Entry entry) {
        CommandSpec spec = of(entry.declared(), entry.verb()).getCommandSpec();
        List<OptionDeclaration> options = new ArrayList<>();
        spec.positionalParameters()
                .forEach(each -> options.add(
                        new OptionDeclaration(List.of(), each.paramLabel(), String.join(" ", each.description()))));
        for (OptionSpec each : spec.options()) {
            String label = each.arity().max() == 0 ? "" : each.paramLabel();
            options.add(new OptionDeclaration(List.of(each.names()), label, String.join(" ", each.description())));
        }
        return options;
    }

    /** Reads a number, with a message for users in place of the parser's. */
    private static int wholeNumber(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new TypeConversionException(
                    "'" + Printable.shortened(text, 40) + "' is no whole number, or one that is too large");
        }
    }
}
