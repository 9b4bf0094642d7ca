package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.Result;
import dev.tinyserv.fixtures.Shell;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Shell blocks of documents in the order in which a reader runs them, in one shell.
 *
 * @param steps the blocks
 */
record DocumentedSteps(List<Step> steps) {
    private static final String MARK = "@@ step ";

    /**
     * A block.
     *
     * @param commands what the reader types
     * @param output what the document says that this prints; empty where it says nothing
     */
    record Step(String commands, String output) {}

    /** The blocks of a part of a document; a block that is no shell's is what the one before prints. */
    static DocumentedSteps of(Markdown part) {
        List<Step> steps = new ArrayList<>();
        for (Markdown.Block block : part.blocks()) {
            if (block.language().equals("sh")) {
                steps.add(new Step(block.text(), ""));
            } else {
                Step last = steps.remove(steps.size() - 1);
                assertThat(last.output()).as("one output for each block").isEmpty();
                steps.add(new Step(last.commands(), block.text()));
            }
        }
        assertThat(steps).as("shell blocks").isNotEmpty();
        return new DocumentedSteps(steps);
    }

    /** Commands that stand in no document, such as the way to another folder. */
    static DocumentedSteps unwritten(String commands) {
        return new DocumentedSteps(List.of(new Step(commands + "\n", "")));
    }

    /** One after the other. */
    static DocumentedSteps inTurn(DocumentedSteps... parts) {
        return new DocumentedSteps(
                Stream.of(parts).flatMap(part -> part.steps().stream()).toList());
    }

    /** With names and numbers of the document replaced by those that hold here. */
    DocumentedSteps with(UnaryOperator<String> here) {
        return new DocumentedSteps(steps.stream()
                .map(step ->
                        new Step(here.apply(step.commands()), step.output().isEmpty() ? "" : here.apply(step.output())))
                .toList());
    }

    /** Runs all of them; each must succeed and print what the document says. */
    void run(Shell terminal) {
        StringBuilder script = new StringBuilder("exec 2>&1\nset -e\n");
        for (int i = 0; i < steps.size(); i++) {
            script.append("echo; echo '").append(MARK).append(i).append("'\n");
            script.append(steps.get(i).commands());
        }
        Result result = terminal.script(script.toString()).mustSucceed();
        String[] outputs = result.out().split("\n" + MARK + "\\d+\n", -1);
        assertThat(outputs).hasSize(steps.size() + 1);
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            if (!step.output().isEmpty()) {
                assertThat(shown(outputs[i + 1]))
                        .as("what this prints:\n%s", step.commands())
                        .matches(pattern(step.output()));
            }
        }
    }

    /**
     * The lines that say something. What only root is told, that it is unwise to be root, is in no document, nor is
     * what only a slow machine has the time to say.
     */
    private static String shown(String output) {
        return output.lines()
                .map(String::stripTrailing)
                .filter(line ->
                        !line.isEmpty() && !line.contains(" belongs to root, ") && !line.equals("Starting the apps..."))
                .map(line -> line + "\n")
                .collect(Collectors.joining());
    }

    /** In a line, … stands for any text; alone on a line, for any lines. */
    private static Pattern pattern(String documented) {
        String regex = documented
                .lines()
                .map(String::stripTrailing)
                .filter(line -> !line.isEmpty())
                .map(line -> line.equals("…") ? "(?:.*\n)*?" : quoted(line) + "\n")
                .collect(Collectors.joining());
        return Pattern.compile(regex);
    }

    private static String quoted(String line) {
        return List.of(line.split("…", -1)).stream().map(Pattern::quote).collect(Collectors.joining(".*"));
    }
}
