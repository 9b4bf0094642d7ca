package dev.tinyserv.buildpacks.process;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * An external program with its arguments, environment and limits. Immutable: each method that changes something returns
 * a copy. The program runs in a session of its own, reads from {@code /dev/null}, and has the given environment only.
 * When {@link #run} or {@link #collect} returns or throws, all processes of the program that can be found have been
 * ended, see {@link ProcessTree}.
 */
public final class Command {
    private final Invocation call;
    private final RunRules rules;

    private Command(Invocation call, RunRules rules) {
        this.call = call;
        this.rules = rules;
    }

    /** The result of {@link #collect}. */
    public record Output(int exitCode, List<String> lines) {
        /** Copies what it is given. */
        public Output {
            lines = List.copyOf(lines);
        }

        /** All lines, each but the last with a line end. */
        public String text() {
            return String.join("\n", lines);
        }
    }

    /** A command with an empty environment, a limit of one minute, and exit code 0 alone allowed. */
    public static Command of(List<String> arguments) {
        String program = arguments.get(0);
        String name = program.substring(program.lastIndexOf('/') + 1);
        return new Command(new Invocation(name, arguments, null, Map.of()), RunRules.USUAL);
    }

    /** See {@link #of(List)}. */
    public static Command of(String... arguments) {
        return of(List.of(arguments));
    }

    /** Sets the name for messages, such as {@code npm ci}. */
    public Command called(String name) {
        return new Command(new Invocation(name, call.arguments(), call.folder(), call.environment()), rules);
    }

    /** Sets the working folder, instead of this process's. */
    public Command in(Path folder) {
        return new Command(new Invocation(call.name(), call.arguments(), folder, call.environment()), rules);
    }

    /** Sets the whole environment. Its {@code PATH} finds the program. */
    public Command environment(Map<String, String> whole) {
        return new Command(new Invocation(call.name(), call.arguments(), call.folder(), whole), rules);
    }

    /** Adds a variable, {@code NAME=value}, that marks the program's processes. */
    public Command marked(String mark) {
        Map<String, String> more = new TreeMap<>(call.environment());
        more.put(mark.substring(0, mark.indexOf('=')), mark.substring(mark.indexOf('=') + 1));
        return environment(more);
    }

    /** Sets the time limit, after which the program is ended. */
    public Command within(Duration limit) {
        return new Command(
                call, new RunRules(limit, rules.allowed(), rules.cancellation(), rules.maxOutput(), rules.bound()));
    }

    /** Sets the time limit to the time left until then. */
    public Command until(Instant deadline) {
        Duration left = Duration.between(Instant.now(), deadline);
        return within(left.isNegative() ? Duration.ZERO : left);
    }

    /** Sets the exit codes that are no failure, instead of 0 alone. */
    public Command allowing(Set<Integer> exitCodes) {
        return new Command(
                call, new RunRules(rules.limit(), exitCodes, rules.cancellation(), rules.maxOutput(), rules.bound()));
    }

    /** Sets the cancellation that ends the program. */
    public Command cancelledBy(Cancellation cancellation) {
        return new Command(
                call, new RunRules(rules.limit(), rules.allowed(), cancellation, rules.maxOutput(), rules.bound()));
    }

    /** Sets the most characters of output. The rest is read and dropped, and a line says so. */
    public Command maxOutput(int characters) {
        return new Command(
                call, new RunRules(rules.limit(), rules.allowed(), rules.cancellation(), characters, rules.bound()));
    }

    /** Sets the limits of its tree. With them, the kernel also ends the program first when memory runs out. */
    public Command within(TreeBound bound) {
        return new Command(
                call, new RunRules(rules.limit(), rules.allowed(), rules.cancellation(), rules.maxOutput(), bound));
    }

    /**
     * Runs the program and passes on each line of standard output and standard error as it comes.
     *
     * @param lines gets each line without its end, from one other thread, never after this method has returned
     * @return the exit code; 128 and more: ended by that signal
     * @throws CommandFailed if the program cannot be started, ends with a code that is not allowed, takes too long or
     *     is cancelled, or if this thread is interrupted (its flag is then set again)
     */
    public int run(Consumer<String> lines) {
        return new CommandRun(call, rules, lines).await();
    }

    /** Runs the program as {@link #run} does and returns its output, up to the limit. */
    public Output collect() {
        List<String> lines = new CopyOnWriteArrayList<>();
        int exitCode = run(lines::add);
        return new Output(exitCode, lines);
    }

    /** The name only: arguments and environment may be secret. */
    @Override
    public String toString() {
        return "Command[" + call.name() + "]";
    }
}
