package dev.tinyserv.cli;

import dev.tinyserv.cli.command.Verbs;
import dev.tinyserv.cli.output.Console;
import dev.tinyserv.cli.output.Problem;
import dev.tinyserv.cli.remote.Surroundings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The developer's command. */
public final class Main {
    private Main() {}

    /** Runs the verb and exits with its status: 1 after an error, 2 when called wrongly. */
    public static void main(String[] arguments) {
        Map<String, String> environment = System.getenv();
        Console console = Console.ofProcess(environment);
        Surroundings surroundings = new Surroundings(environment, Path.of("").toAbsolutePath());
        System.exit(run(new Verbs(surroundings, console), console, List.of(arguments)));
    }

    private static int run(Verbs verbs, Console console, List<String> arguments) {
        try {
            return verbs.run(arguments);
        } catch (Problem e) {
            console.problem(e.getMessage());
            return e.status();
        } catch (RuntimeException e) {
            console.problem("this is a fault of tinyserv (" + e + "): please report it, with the command");
            return 1;
        }
    }
}
