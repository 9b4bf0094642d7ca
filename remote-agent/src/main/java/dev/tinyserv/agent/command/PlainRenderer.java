package dev.tinyserv.agent.command;

import java.time.Clock;

/** Shows answers as lines for people. */
final class PlainRenderer extends Renderer {
    private final Console console;
    private final Clock clock;

    PlainRenderer(Console console, Clock clock) {
        this.console = console;
        this.clock = clock;
    }

    @Override
    void facts(Facts facts) {
        facts.warnings().forEach(console::problem);
        for (Text.Part part : facts.text(clock.instant()).parts()) {
            show(part);
        }
    }

    private void show(Text.Part part) {
        if (part instanceof Text.Line line) {
            console.line(line.text());
        } else if (part instanceof Text.Problem problem) {
            console.problem(problem.text());
        } else if (part instanceof Text.Table table) {
            console.table(table.rows());
        }
    }

    @Override
    Facts deed(Deed deed) {
        return Quiet.run(console, deed.what(), deed.act());
    }

    @Override
    Facts work(Work work) {
        return work.act().apply(console.transcript());
    }

    @Override
    void lines(Lines lines) {
        lines.flow(console::line);
    }
}
