package dev.tinyserv.cli.command;

import dev.tinyserv.cli.output.Console;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** A verb that does something on the developer's machine; Picocli reads its options. */
abstract class LocalVerb {
    final Here here;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help")
    boolean help;

    LocalVerb(Here here) {
        this.here = here;
    }

    /** Runs the verb and returns the exit status. Throws a Problem when that fails. */
    abstract int run();

    /** Reads the arguments and runs the verb, or shows its help. */
    static int run(LocalVerb verb, List<String> arguments) {
        CommandLine line = new CommandLine(verb);
        Console console = verb.here.console();
        try {
            line.parseArgs(arguments.toArray(new String[0]));
        } catch (ParameterException e) {
            console.problem(String.valueOf(e.getMessage()));
            line.getCommandSpec().usageMessage().width(1000);
            console.note("Usage: " + line.getHelp().synopsis(0).strip());
            return 2;
        }
        if (verb.help) {
            console.text(line.getUsageMessage(Ansi.OFF));
            return 0;
        }
        return verb.run();
    }
}
