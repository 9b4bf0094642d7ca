package dev.tinyserv.agent.command;

/** Shows answers as one JSON value on the output. Warnings and steps go to the error output. */
final class JsonRenderer extends Renderer {
    private final Console console;

    JsonRenderer(Console console) {
        this.console = console;
    }

    @Override
    void facts(Facts facts) {
        facts.warnings().forEach(console::problem);
        console.json(facts.data());
    }

    @Override
    Facts deed(Deed deed) {
        return deed.act().apply(line -> {});
    }

    @Override
    Facts work(Work work) {
        return console.noting(work.act());
    }

    /** No verb that answers with lines takes {@code --json}. */
    @Override
    void lines(Lines lines) {
        lines.flow(console::line);
    }
}
