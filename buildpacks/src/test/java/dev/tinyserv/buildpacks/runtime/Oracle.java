package dev.tinyserv.buildpacks.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinyserv.buildpacks.process.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Compares what we make of ranges with what the community's own program makes of them: a few hundred pairs of a random
 * range and a random version in each build, many more in a campaign. The pairs are the same ones each time.
 */
public final class Oracle {
    /** Our answer where releases of the program differ. */
    public static final String UNCLEAR = "?";

    /** The status with which a command says that its library is not on this machine. */
    public static final int ABSENT = 77;

    private static final int BRIEF = 2_000;
    private static final int FULL = 100_000;
    private static final long SEED = 20_261_130L;

    private final String program;
    private final List<String> command;

    /**
     * A program.
     *
     * @param program the community's library, for what a failed test says
     * @param command reads lines {@code range TAB version}, and prints for each {@code 1}, {@code 0}, or {@code x} if it
     *     does not know the range; ends with {@link #ABSENT} only if the library is not there
     */
    public Oracle(String program, String... command) {
        this.program = program;
        this.command = List.of(command);
    }

    /**
     * Asks both and compares.
     *
     * @param folder for what the program reads and prints
     * @param ours what we answer, in the same way
     */
    public void compare(
            Path folder,
            Function<Random, String> range,
            Function<Random, String> version,
            BiFunction<String, String, String> ours)
            throws IOException, InterruptedException {
        Random random = new Random(SEED);
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i < (Boolean.getBoolean("tinyserv.campaign") ? FULL : BRIEF); i++) {
            pairs.add(range.apply(random) + "\t" + version.apply(random));
        }
        List<String> answers = answers(folder, pairs);
        List<String> differences = new ArrayList<>();
        for (int i = 0; i < pairs.size(); i++) {
            String[] pair = pairs.get(i).split("\t", -1);
            String mine = ours.apply(pair[0], pair[1]);
            if (!mine.equals(UNCLEAR) && !mine.equals(answers.get(i))) {
                differences.add("'" + pair[0] + "' and '" + pair[1] + "': " + program + " says " + answers.get(i)
                        + ", we say " + mine);
            }
        }
        assertThat(differences.stream().limit(20))
                .as(differences.size() + " of " + pairs.size())
                .isEmpty();
        assertThat(answers).as("a mix").contains("0", "1", "x");
    }

    private List<String> answers(Path folder, List<String> pairs) throws IOException, InterruptedException {
        boolean there = Program.find(command.get(0), Map.of("PATH", System.getenv("PATH")))
                .isPresent();
        assumeTrue(there, command.get(0) + " is not on this machine");
        Path questions = Files.write(folder.resolve("pairs"), pairs);
        Path output = folder.resolve("answers");
        Process process = new ProcessBuilder(command)
                .redirectInput(questions.toFile())
                .redirectOutput(output.toFile())
                .redirectErrorStream(true)
                .start();
        int status = process.waitFor();
        assumeTrue(status != ABSENT, program + " is not on this machine");
        assertThat(status).as(Files.readString(output)).isZero();
        List<String> lines = Files.readAllLines(output, StandardCharsets.UTF_8);
        assertThat(lines).hasSameSizeAs(pairs);
        return lines;
    }

    /** One of them. */
    @SafeVarargs
    public static <T> T one(Random random, T... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
