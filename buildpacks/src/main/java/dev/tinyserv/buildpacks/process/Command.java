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
 * An external program with all that it is run with. Immutable: each method that changes something returns a copy. It
 * runs in a session of its own, reads from {@code /dev/null}, and has the given environment and nothing of ours. When
 * {@link #run} or {@link #collect} returns or throws, nothing that the program started runs any more, as far as it
 * can be found: see {@link ProcessTree}.
 */
public final class Command {
    private final Invocation call;
    private final RunRules rules;

    private Command(Invocation call, RunRules rules) {
        this.call = call;
        this.rules = rules;
    }

    /** What a program printed, where {@link #collect} was used. */
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

    /** Another name in messages, such as {@code npm ci}. */
    public Command called(String name) {
        return new Command(new Invocation(name, call.arguments(), call.folder(), call.environment()), rules);
    }

    /** The folder that it runs in, instead of ours. */
    public Command in(Path folder) {
        return new Command(new Invocation(call.name(), call.arguments(), folder, call.environment()), rules);
    }

    /** The whole environment. Its {@code PATH} finds the program. */
    public Command environment(Map<String, String> whole) {
        return new Command(new Invocation(call.name(), call.arguments(), call.folder(), whole), rules);
    }

    /** A variable more, {@code NAME=value}, by which others can find the program's processes. */
    public Command marked(String mark) {
        Map<String, String> more = new TreeMap<>(call.environment());
        more.put(mark.substring(0, mark.indexOf('=')), mark.substring(mark.indexOf('=') + 1));
        return environment(more);
    }

    /** How long it may run; then it is ended. */
    public Command within(Duration limit) {
        return new Command(
                call, new RunRules(limit, rules.allowed(), rules.cancellation(), rules.maxOutput(), rules.bound()));
    }

    /** When it must have ended; what is left until then is its limit. */
    public Command until(Instant deadline) {
        Duration left = Duration.between(Instant.now(), deadline);
        return within(left.isNegative() ? Duration.ZERO : left);
    }

    /** The exit codes that are no failure, instead of 0 alone. */
    public Command allowing(Set<Integer> exitCodes) {
        return new Command(
                call, new RunRules(rules.limit(), exitCodes, rules.cancellation(), rules.maxOutput(), rules.bound()));
    }

    /** What can cancel it. */
    public Command cancelledBy(Cancellation cancellation) {
        return new Command(
                call, new RunRules(rules.limit(), rules.allowed(), cancellation, rules.maxOutput(), rules.bound()));
    }

    /** The most characters of output that are handed on; what comes after is read and dropped, and a line says so. */
    public Command maxOutput(int characters) {
        return new Command(
                call, new RunRules(rules.limit(), rules.allowed(), rules.cancellation(), characters, rules.bound()));
    }

    /** What its tree may take before it is ended; and the kernel ends it before anything else when memory runs out. */
    public Command within(TreeBound bound) {
        return new Command(
                call, new RunRules(rules.limit(), rules.allowed(), rules.cancellation(), rules.maxOutput(), bound));
    }

    /**
     * Runs it and hands on each line of its output, standard output and standard error as they come, while it runs.
     *
     * @param lines gets each line without its end, from one other thread, never after this method has returned
     * @return the exit code; 128 and more: ended by that signal
     * @throws CommandFailed if it cannot be started, ends with a code that is not allowed, takes too long, is
     *     cancelled, or this thread is interrupted (its flag is then set again)
     */
    public int run(Consumer<String> lines) {
        return new CommandRun(call, rules, lines).await();
    }

    /** Runs it as {@link #run} does and returns what it printed, up to the limit. */
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
