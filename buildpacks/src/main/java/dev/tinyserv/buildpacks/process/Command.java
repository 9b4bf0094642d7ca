package dev.tinyserv.buildpacks.process;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An external program with all that it is run with. Immutable: each method that changes something returns a copy. It
 * runs in a session of its own, reads from {@code /dev/null}, and has the given environment and nothing of ours. When
 * {@link #run} or {@link #collect} returns or throws, nothing that the program started runs any more, as far as it
 * can be found: see {@link ProcessTree}.
 *
 * @param name what messages call it
 * @param folder where it runs; null for ours
 * @param limit after this it is ended
 * @param allowed the exit codes that are no failure
 * @param cancellation ends it when cancelled; null if nothing cancels it
 * @param maxOutput the most characters of output that are handed on
 * @param bound what its tree may take; the kernel ends it first when memory runs out; null: it is one of ours
 */
public record Command(
        String name,
        List<String> arguments,
        @Nullable Path folder,
        Map<String, String> environment,
        Duration limit,
        Set<Integer> allowed,
        @Nullable Cancellation cancellation,
        int maxOutput,
        @Nullable TreeBound bound) {
    private static final Duration DEFAULT_LIMIT = Duration.ofMinutes(1);
    private static final int DEFAULT_MAX_OUTPUT = 10 * 1024 * 1024;

    /** What a program printed, where {@link #collect} was used. */
    public record Output(int exitCode, List<String> lines) {
        public Output {
            lines = List.copyOf(lines);
        }

        /** All lines, each but the last with a line end. */
        public String text() {
            return String.join("\n", lines);
        }
    }

    public Command {
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
        allowed = Set.copyOf(allowed);
        if (arguments.isEmpty()) {
            throw new IllegalArgumentException("a command needs a program");
        }
    }

    /** A command with an empty environment, a limit of one minute, and exit code 0 alone allowed. */
    public static Command of(List<String> arguments) {
        String program = arguments.get(0);
        return new Command(
                program.substring(program.lastIndexOf('/') + 1),
                arguments,
                null,
                Map.of(),
                DEFAULT_LIMIT,
                Set.of(0),
                null,
                DEFAULT_MAX_OUTPUT,
                null);
    }

    /** See {@link #of(List)}. */
    public static Command of(String... arguments) {
        return of(List.of(arguments));
    }

    /** Another name in messages, such as {@code npm ci}. */
    public Command called(String newName) {
        return new Command(newName, arguments, folder, environment, limit, allowed, cancellation, maxOutput, bound);
    }

    /** The folder that it runs in. */
    public Command in(Path newFolder) {
        return new Command(name, arguments, newFolder, environment, limit, allowed, cancellation, maxOutput, bound);
    }

    /** The whole environment. Its {@code PATH} finds the program. */
    public Command environment(Map<String, String> whole) {
        return new Command(name, arguments, folder, whole, limit, allowed, cancellation, maxOutput, bound);
    }

    /** A variable more, {@code NAME=value}, by which others can find the program's processes. */
    public Command marked(String mark) {
        Map<String, String> more = new TreeMap<>(environment);
        more.put(mark.substring(0, mark.indexOf('=')), mark.substring(mark.indexOf('=') + 1));
        return environment(more);
    }

    /** How long it may run. */
    public Command within(Duration newLimit) {
        return new Command(name, arguments, folder, environment, newLimit, allowed, cancellation, maxOutput, bound);
    }

    /** When it must have ended; what is left until then is its limit. */
    public Command until(Instant deadline) {
        Duration left = Duration.between(Instant.now(), deadline);
        return within(left.isNegative() ? Duration.ZERO : left);
    }

    /** The exit codes that are no failure, instead of 0 alone. */
    public Command allowing(Set<Integer> exitCodes) {
        return new Command(name, arguments, folder, environment, limit, exitCodes, cancellation, maxOutput, bound);
    }

    /** What can cancel it. */
    public Command cancelledBy(Cancellation newCancellation) {
        return new Command(name, arguments, folder, environment, limit, allowed, newCancellation, maxOutput, bound);
    }

    /** The most characters of output that are handed on; what comes after is read and dropped, and a line says so. */
    public Command maxOutput(int characters) {
        return new Command(name, arguments, folder, environment, limit, allowed, cancellation, characters, bound);
    }

    /** What its tree may take before it is ended; and the kernel ends it before anything else when memory runs out. */
    public Command within(TreeBound newBound) {
        return new Command(name, arguments, folder, environment, limit, allowed, cancellation, maxOutput, newBound);
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
        return new CommandRun(this, lines).await();
    }

    /** Runs it as {@link #run} does and returns what it printed, up to the limit. */
    public Output collect() {
        List<String> lines = new java.util.concurrent.CopyOnWriteArrayList<>();
        int exitCode = run(lines::add);
        return new Output(exitCode, lines);
    }

    /** The name only: arguments and environment may be secret. */
    @Override
    public String toString() {
        return "Command[" + name + "]";
    }
}
