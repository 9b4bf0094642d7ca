package dev.tinyserv.agent.command;

import dev.tinyserv.agent.doctor.SettingsView;
import dev.tinyserv.agent.event.LogContext;
import dev.tinyserv.agent.keys.AuthorizedKeys;
import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Answers every call of a verb, whichever door it came through. Safe for several threads. */
public final class Commands implements Call.Handler {
    private static final Logger LOG = LoggerFactory.getLogger(Commands.class);
    private static final char LOST = '\uFFFD';

    private final SettingsView settings;
    private final AuthorizedKeys keys;
    private final Optional<Services> services;

    /**
     * Commands over the given services.
     *
     * @param services empty where no agent runs; then only the verbs that need none work
     */
    public Commands(SettingsView settings, AuthorizedKeys keys, Optional<Services> services) {
        this.settings = settings;
        this.keys = keys;
        this.services = services;
    }

    @Override
    public int handle(Call call) {
        Console console = new Console(call.out(), call.err(), false);
        try {
            return dispatch(call, console);
        } catch (Refusal e) {
            return report(e, console);
        } catch (CallerGone e) {
            LOG.debug("a caller left: {}", e.getMessage());
            return Refusal.FAILED;
        } catch (RuntimeException e) {
            LOG.error(
                    "{} failed",
                    call.arguments().isEmpty() ? "a call" : call.arguments().get(0),
                    e);
            return report(new Refusal(trouble(e) + "; logs/agent.log on the server tells more", e), console);
        } finally {
            LogContext.clear();
        }
    }

    private static String trouble(RuntimeException e) {
        return e instanceof UncheckedIOException && e.getCause() instanceof IOException cause
                ? e.getMessage() + " (" + JsonStore.reason(cause) + ")"
                : "an error in tinyserv";
    }

    /** The declarations of all verbs for people, in the order of helps and documents. */
    public static List<VerbDeclaration> verbs() {
        return VerbTable.declarations().stream()
                .filter(verb -> !verb.isHidden())
                .toList();
    }

    /** The options and parameters of a verb, as its help lists them. */
    public static List<OptionDeclaration> optionsOf(VerbDeclaration verb) {
        return VerbTable.find(verb.name()).map(VerbParser::optionsOf).orElse(List.of());
    }

    /**
     * Prints the list of verbs, or the help of the first one named. Needs no settings.
     *
     * @return the exit status
     */
    public static int help(List<String> verbs, OutputStream out, OutputStream err) {
        Console console = new Console(out, err, false);
        try {
            help(verbs, console);
            return 0;
        } catch (Refusal e) {
            return report(e, console);
        } catch (CallerGone e) {
            LOG.debug("a caller left: {}", e.getMessage());
            return Refusal.OUTPUT_LOST;
        }
    }

    private static int report(Refusal refusal, Console console) {
        try {
            console.problem(Printable.escapedLines(refusal.getMessage()));
        } catch (CallerGone e) {
            LOG.debug("a caller left before it was told: {}", refusal.getMessage());
        }
        return refusal.exitCode();
    }

    private int dispatch(Call call, Console plain) {
        if (!call.arguments().isEmpty() && GitCommand.isGit(call.arguments().get(0))) {
            GitCommand.requireServed(call.arguments());
            return new GitCommand(services.orElseThrow(() -> new Refusal("tinyserv does not run under "
                            + settings.layout().root() + "; `tinyserv-remote startup` starts it")))
                    .run(call, settings.layout());
        }
        boolean withHeader = call.arguments().equals(List.of(CallHeader.MARK));
        CallHeader header = withHeader ? CallHeader.read(call.in()) : CallHeader.of(call.arguments());
        requireText(header.arguments());
        Console console = withHeader ? new Console(call.out(), call.err(), header.color()) : plain;
        String host = header.host() == null ? call.host() : header.host();
        Context context = new Context(settings, keys, services, call, header.app(), host);
        run(
                header.arguments(),
                context,
                console,
                call.isLocal() && call.arguments().size() == 1 && !withHeader);
        return 0;
    }

    /** Refuses arguments with U+FFFD, which each door puts in place of bytes that are no UTF-8. */
    private static void requireText(List<String> arguments) {
        if (arguments.stream().anyMatch(argument -> argument.indexOf(LOST) >= 0)) {
            throw Refusal.usage("the arguments are not valid UTF-8: set LC_ALL to a UTF-8 locale, or give a value on"
                    + " stdin with K=-");
        }
    }

    private static void run(List<String> arguments, Context context, Console console, boolean isServerItself) {
        String name = arguments.isEmpty() ? "help" : arguments.get(0);
        if (name.equals("help") || name.equals("--help") || name.equals("-h")) {
            help(arguments.subList(Math.min(1, arguments.size()), arguments.size()), console);
            return;
        }
        VerbTable.Entry entry = find(name, isServerItself);
        Verb verb = entry.verb();
        CommandLine parser = VerbParser.of(entry.declared(), verb);
        boolean json = VerbParser.asksForJson(parse(parser, arguments.subList(1, arguments.size())));
        if (verb.wantsHelp()) {
            console.line(parser.getUsageMessage());
            return;
        }
        Permission.require(entry.declared(), context.call(), verb.app(context));
        Answer answer = verb.answer(context);
        Renderer renderer =
                verb.showsJson(json) ? new JsonRenderer(console) : new PlainRenderer(console, context.clock());
        renderer.show(answer);
    }

    private static ParseResult parse(CommandLine parser, List<String> arguments) {
        try {
            return parser.parseArgs(arguments.toArray(String[]::new));
        } catch (ParameterException e) {
            String message = e.getMessage() == null ? "wrong arguments" : e.getMessage();
            throw Refusal.usage(Printable.shortened(message, 200) + "\n"
                    + parser.getHelp().synopsisHeading().replace("%n", "")
                    + parser.getHelp().synopsis(0).strip());
        }
    }

    /** The verb of a name. Hidden verbs are found for the server itself only. */
    private static VerbTable.Entry find(String name, boolean isServerItself) {
        if (GitCommand.isGit(name)) {
            GitCommand.requireServed(List.of(name));
        }
        return VerbTable.find(name)
                .filter(entry -> isServerItself || !entry.declared().isHidden())
                .orElseThrow(() -> Refusal.usage("no such verb '" + Printable.shortened(name, 40) + "'"
                        + VerbTable.nearest(name)
                                .map(near -> "; did you mean '" + near + "'?")
                                .orElse("; `help` lists them")
                        + "\nUsage: tinyserv VERB [OPTION...] [ARGUMENT...]"));
    }

    private static void help(List<String> verbs, Console console) {
        if (!verbs.isEmpty()) {
            VerbTable.Entry entry = find(verbs.get(0), false);
            console.line(VerbParser.of(entry.declared(), entry.verb()).getUsageMessage());
            return;
        }
        console.line("tinyserv: deploy with git push. The verbs (`help VERB` tells more):");
        console.line("");
        console.table(VerbTable.rows());
    }
}
