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
        facts.text(clock.instant()).showOn(console);
    }

    @Override
    Facts deed(Deed deed) {
        return Quiet.run(console, deed.what(), deed.act());
    }

    @Override
    Facts work(Work work) {
        return console.telling(work.act());
    }

    @Override
    void lines(Lines lines) {
        lines.flow(console::line);
    }
}
