package dev.tinyserv.agent.command;

/** Shows answers as one JSON value on the output; what else a caller must know goes to the error output. */
final class JsonRenderer implements Renderer {
    private final Console console;

    JsonRenderer(Console console) {
        this.console = console;
    }

    @Override
    public void facts(Facts facts) {
        facts.warnings().forEach(console::problem);
        console.json(facts.data());
    }

    @Override
    public void deed(Deed deed) {
        deed.act().apply(line -> {}).to(this);
    }

    @Override
    public void work(Work work) {
        work.act().apply(console.notes()).to(this);
    }

    /** No verb that answers with lines takes {@code --json}. */
    @Override
    public void lines(Lines lines) {
        lines.flow(console::line);
    }
}
