package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.Printable;
import dev.tinyserv.agent.log.LineSink;
import dev.tinyserv.agent.log.LogFilter;
import dev.tinyserv.agent.log.LogLine;
import dev.tinyserv.buildpacks.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "logs",
        description = "Show an app's log: what it printed, what tinyserv did, what the router refused.",
        footer = "%nExample:%n  tinyserv logs -t -s app")
final class LogsShow extends AppVerb {
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
    void run(Context context, AppName app) {
        if (lines < 0 || lines > MOST_LINES) {
            throw Refusal.usage("-n takes a number from 0 to " + MOST_LINES);
        }
        if (source != null && !SOURCES.contains(source)) {
            throw Refusal.usage("-s takes app, router or tinyserv");
        }
        LogFilter filter = new LogFilter(source, process);
        if (!tail) {
            for (LogLine line : context.services().logs().tail(app, lines, filter)) {
                context.console().line(shown(line.text()));
            }
            return;
        }
        LineSink sink = line -> {
            context.call().out().write((shown(line) + "\n").getBytes(StandardCharsets.UTF_8));
            context.call().out().flush();
        };
        context.services().logs().follow(app, lines, filter, sink, context.cancellation());
    }

    private String shown(String line) {
        return raw ? line : Printable.escaped(line);
    }
}
