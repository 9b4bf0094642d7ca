package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.log.LineSink;
import dev.tinyserv.agent.log.LogFilter;
import dev.tinyserv.agent.log.Logs;
import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

final class LogsShow extends AppVerb {
    static final VerbDeclaration VERB = VerbDeclaration.readsApp(
                    "logs",
                    "Print what the app, the router and tinyserv say; -t follows",
                    "Show an app's log: what the app printed, what tinyserv did, what the router refused.")
            .by(Who.APP_USER)
            .example("tinyserv logs -t -s app");

    private static final List<String> SOURCES = List.of("app", "tinyserv", "router");
    private static final int MOST_LINES = 100_000;

    @Option(
            names = {"-n", "--num"},
            paramLabel = "N",
            description = "How many lines; 100 by default.")
    private int lines = 100;

    @Option(
            names = {"-t", "--tail"},
            description = "Go on with new lines until Ctrl-C.")
    private boolean tail;

    @Option(
            names = {"-s", "--source"},
            paramLabel = "SOURCE",
            description = "Only app, router or tinyserv.")
    private @Nullable String source;

    @Option(
            names = {"-p", "--ps"},
            paramLabel = "PROCESS",
            description = "Only one process, such as web.1.")
    private @Nullable String process;

    @Option(names = "--raw", description = "Do not escape control characters.")
    private boolean raw;

    @Override
    Answer answer(Context context, AppName app) {
        if (lines < 0 || lines > MOST_LINES) {
            throw Refusal.usage("-n takes a number from 0 to " + MOST_LINES);
        }
        if (source != null && !SOURCES.contains(source)) {
            throw Refusal.usage("-s takes app, router or tinyserv");
        }
        LogFilter filter = new LogFilter(source, process);
        Logs logs = context.services().running().logs();
        if (tail) {
            return (Lines) sink -> logs.follow(app, lines, filter, following(sink), context.cancellation());
        }
        return (Lines) sink -> logs.tail(app, lines, filter).forEach(line -> sink.line(shown(line.text())));
    }

    /** Has the log end quietly when nobody reads it any more. */
    private LineSink following(Lines.Sink sink) {
        return line -> {
            try {
                sink.line(shown(line));
            } catch (CallerGone e) {
                throw e.getCause();
            }
        };
    }

    private String shown(String line) {
        return raw ? line : Printable.escaped(line);
    }
}
