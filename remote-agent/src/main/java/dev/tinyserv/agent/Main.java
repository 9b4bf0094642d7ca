package dev.tinyserv.agent;

import dev.tinyserv.agent.app.Account;
import dev.tinyserv.agent.command.AgentUse;
import dev.tinyserv.agent.command.Call;
import dev.tinyserv.agent.command.Caller;
import dev.tinyserv.agent.command.Commands;
import dev.tinyserv.agent.command.VerbTable;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.keys.AuthorizedKeys;
import dev.tinyserv.agent.local.LocalClient;
import dev.tinyserv.agent.route.RouterMain;
import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Cancellation;
import dev.tinyserv.buildpacks.process.Transcript;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code tinyserv-remote}: runs the agent, the router, and the verbs that people call on the server itself. */
public final class Main {
    /** The programs that {@code startup} and keepers start; people do not call them. */
    private static final Set<String> PROGRAMS = Set.of("agent", "router");

    private static final Set<String> HELP_OPTIONS = Set.of("--help", "-h");

    private final Map<String, String> environment;
    private final InputStream in = new FileInputStream(FileDescriptor.in);
    private final OutputStream out = new FileOutputStream(FileDescriptor.out);
    private final OutputStream err = new FileOutputStream(FileDescriptor.err);
    private final PrintStream console = new PrintStream(err, true, StandardCharsets.UTF_8);

    private Main(Map<String, String> environment) {
        this.environment = environment;
    }

    /**
     * Runs one verb and exits with its status: 0, 1 for a failure, 2 for a wrong call or bad settings, and 75 for an
     * agent whose root another agent has.
     */
    public static void main(String[] args) {
        System.exit(new Main(System.getenv()).run(Arrays.asList(args)));
    }

    private int run(List<String> arguments) {
        String verb = arguments.isEmpty() ? "help" : arguments.get(0);
        try {
            List<String> rest = arguments.subList(Math.min(1, arguments.size()), arguments.size());
            if (verb.equals("help") || HELP_OPTIONS.contains(verb)) {
                return help(rest);
            }
            if (rest.size() == 1 && HELP_OPTIONS.contains(rest.get(0))) {
                return help(List.of(verb));
            }
            ServerVerb.find(verb).ifPresent(known -> known.check(rest));
            if (verb.equals("--version") || verb.equals("-V") || verb.equals("version")) {
                print("tinyserv " + Installation.version() + "\n");
                return 0;
            }
            return run(verb, arguments, loadSettings(verb));
        } catch (Refusal e) {
            complain(e);
            return e.exitCode();
        } catch (IOException e) {
            return Refusal.OUTPUT_LOST;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Refusal.FAILED;
        }
    }

    /** Help needs neither settings nor an agent: whoever sets up a server asks for it first. */
    private int help(List<String> verbs) throws IOException {
        Optional<ServerVerb> ours = verbs.isEmpty() ? Optional.empty() : ServerVerb.find(verbs.get(0));
        if (ours.isPresent()) {
            print(ours.get().help());
            return 0;
        }
        int exit = Commands.help(verbs, out, err);
        if (verbs.isEmpty()) {
            print(ServerVerb.list());
        }
        return exit;
    }

    private void print(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    private void complain(Refusal e) {
        Printable.escapedLines(e.getMessage()).lines().forEach(line -> console.println(Transcript.PROBLEM + line));
    }

    private AgentSettings loadSettings(String verb) {
        try {
            if (!worksWithBadSettings(verb)) {
                return AgentSettings.load(environment);
            }
            AgentSettings settings = AgentSettings.read(environment);
            if (agentUse(verb) != AgentUse.ABOUT_IT_OR_ITS_ABSENCE) { // such a verb tells the problems itself
                settings.reading().problems().forEach(problem -> complain(new Refusal(problem)));
            }
            return settings;
        } catch (Refusal e) {
            throw Refusal.usage(e.getMessage());
        }
    }

    /** Whether the verb tells about the agent, or ends it. */
    private static boolean worksWithBadSettings(String verb) {
        return verb.equals("shutdown") || agentUse(verb).isAboutAgent();
    }

    private static AgentUse agentUse(String verb) {
        boolean ours = PROGRAMS.contains(verb) || ServerVerb.find(verb).isPresent();
        return ours ? AgentUse.ANSWERED_BY_IT : VerbTable.agentUse(verb);
    }

    private int run(String verb, List<String> arguments, AgentSettings settings) throws InterruptedException {
        Layout layout = settings.layout();
        return switch (verb) {
            case "agent" -> agent(settings, arguments.contains("--foreground"));
            case "router" -> {
                QuietHeap.watch();
                OwnLog.level(settings.log().logLevel());
                yield RouterMain.run(settings.router());
            }
            case "startup" -> {
                FreshRoot.announce(settings.server(), console);
                int exit = new Startup(Installation.current(layout), console).run();
                warnOfRoot(layout);
                warnOfKeys(layout);
                yield exit;
            }
            case "shutdown" -> new Shutdown(settings, console).run();
            case "restart" -> {
                FreshRoot.announce(settings.server(), console);
                int exit = new Restart(Installation.current(layout), console).run();
                warnOfKeys(layout);
                yield exit;
            }
            case "install" ->
                new Install(Installation.current(layout), environment, console)
                        .run(arguments.subList(1, arguments.size()));
            default -> verbOf(verb, arguments, settings);
        };
    }

    private int agent(AgentSettings settings, boolean foreground) {
        QuietHeap.watch();
        OwnLog.level(settings.log().logLevel());
        try {
            return Agent.run(settings, foreground);
        } catch (LockHeld e) {
            if (foreground) { // else a startup reads this as a failure, though the other agent will answer it
                complain(e);
            }
            return LockHeld.EXIT_STATUS;
        }
    }

    private int verbOf(String verb, List<String> arguments, AgentSettings settings) {
        Layout layout = settings.layout();
        AgentUse use = agentUse(verb);
        if (use == AgentUse.NOT_NEEDED) {
            return withoutAgent(arguments, settings);
        }
        AgentProbe probe = new AgentProbe(layout);
        Optional<String> complaint = use.isAboutAgent() ? probe.complaint() : Optional.empty();
        Optional<Integer> answer = complaint.isPresent()
                ? Optional.empty()
                : new LocalClient(layout).call(arguments, environment, in, out, err);
        if (answer.isEmpty() && use == AgentUse.ABOUT_IT_OR_ITS_ABSENCE) {
            return withoutAgent(arguments, settings);
        }
        int exit = answer.orElseThrow(() -> new Refusal(complaint
                .or(probe::complaint)
                .orElse("tinyserv does not run under " + layout.root() + "; `tinyserv-remote startup` starts it")));
        if (use == AgentUse.ABOUT_IT) {
            warnOfRoot(layout);
        }
        return exit;
    }

    private int withoutAgent(List<String> arguments, AgentSettings settings) {
        AuthorizedKeys keys = new AuthorizedKeys(settings.layout().authorizedKeys());
        String user = System.getProperty("user.name", "owner");
        return new Commands(settings.view(environment), keys, Optional.empty())
                .handle(new Call(
                        new Caller(Account.admin(user)),
                        arguments,
                        Map.of(),
                        in,
                        out,
                        err,
                        Optional.empty(),
                        new Cancellation()));
    }

    private void warnOfKeys(Layout layout) {
        new AuthorizedKeys(layout.authorizedKeys())
                .complaint()
                .ifPresent(complaint -> console.println(Transcript.PROBLEM + "no key can log in: " + complaint));
    }

    private void warnOfRoot(Layout layout) {
        try {
            if (Files.isDirectory(layout.root())
                    && Files.getOwner(layout.root()).getName().equals("root")) {
                console.println(Transcript.PROBLEM + layout.root()
                        + " belongs to root, so tinyserv and all apps run as root, which"
                        + " is not wise: give it to a user of its own with chown");
            }
        } catch (IOException e) {
            console.println(Transcript.PROBLEM + "cannot see who owns " + layout.root() + ": " + JsonStore.reason(e));
        }
    }
}
