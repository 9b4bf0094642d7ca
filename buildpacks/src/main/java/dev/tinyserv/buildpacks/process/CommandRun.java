package dev.tinyserv.buildpacks.process;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One run of a program, from its start until its tree is gone. */
final class CommandRun {
    /** Between SIGTERM and SIGKILL. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    /** How long a pipe may stay open that the program left to somebody, after it has exited itself. */
    private static final Duration PIPE_GRACE = Duration.ofSeconds(1);

    /** How long what a program has printed may take to be handed on, after the program has exited. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(30);

    /** How often a tree with a bound is looked at. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    private static final String MARK = "TINYSERV_COMMAND";

    /** The shell sets the score for itself and then becomes the program. */
    private static final List<String> EXPENDABLE =
            List.of("/bin/sh", "-c", "echo 1000 2>/dev/null >/proc/self/oom_score_adj; exec \"$@\"", "sh");

    private final Invocation call;
    private final RunRules rules;
    private final OutputReader output;
    private final String mark;

    CommandRun(Invocation call, RunRules rules, Consumer<String> lines) {
        this.call = call;
        this.rules = rules;
        this.output = new OutputReader(call.name(), lines, rules.maxOutput());
        this.mark = UUID.randomUUID().toString();
    }

    int await() {
        Cancellation cancellation = rules.cancellation();
        if (cancellation != null && cancellation.isCancelled()) {
            throw failed(CommandFailed.NOT_STARTED, false, " was not started: " + cancellation.told(), null);
        }
        Process process = start();
        ProcessTree tree = new ProcessTree(identityOf(process), MARK + "=" + mark);
        String ended = null;
        boolean interrupted = false;
        try {
            output.start(process.getInputStream());
            ended = waitFor(process, tree, cancellation);
            if (ended == null) {
                output.await(PIPE_GRACE);
            }
        } catch (InterruptedException e) {
            interrupted = true;
            ended = " was ended: tinyserv interrupted it";
        } finally {
            interrupted |= end(process, tree, ended == null ? LAST_WORDS : PIPE_GRACE);
            output.abandon();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        TreeBound bound = rules.bound();
        if (bound != null) {
            bound.afterwards().run();
        }
        return verdict(process, ended);
    }

    private Process start() {
        if (Program.find(call.arguments().get(0), call.environment()).isEmpty()) {
            throw failed(CommandFailed.NOT_STARTED, false, " is not installed: not found on PATH", null);
        }
        try {
            return prepared().start();
        } catch (IOException e) {
            throw failed(CommandFailed.NOT_STARTED, false, " cannot be started: " + e.getMessage(), e);
        }
    }

    private ProcessBuilder prepared() throws IOException {
        List<String> arguments = new ArrayList<>(List.of("setsid"));
        Map<String, String> variables = call.environment();
        TreeBound bound = rules.bound();
        if (bound != null) {
            List<String> launcher = bound.launcher().command();
            arguments.addAll(EXPENDABLE);
            arguments.addAll(launcher);
            variables = bound.environment(variables);
            variables = launcher.isEmpty() ? variables : PrivateView.environment(variables);
        }
        arguments.addAll(call.arguments());
        Path folder = call.folder();
        ProcessBuilder builder = new ProcessBuilder(arguments)
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .directory(folder == null ? null : folder.toFile());
        builder.environment().clear();
        builder.environment().putAll(variables);
        builder.environment().put(MARK, mark);
        return builder;
    }

    /** A program that has ended already leaves an identity that matches nothing; its mark still finds its children. */
    private static ProcessIdentity identityOf(Process process) {
        return ProcessIdentity.of(process.pid())
                .orElseGet(() -> new ProcessIdentity(process.pid(), -1, ProcessIdentity.currentBootId()));
    }

    /** Waits for the exit; returns null, or why the program must be ended. */
    private @Nullable String waitFor(Process process, ProcessTree tree, @Nullable Cancellation cancellation)
            throws InterruptedException {
        CompletableFuture<@Nullable String> end = new CompletableFuture<>();
        CompletableFuture<@Nullable String> exitOrEnd =
                process.onExit().<@Nullable String>thenApply(exited -> null).applyToEither(end, why -> why);
        output.onFailure(() -> end.complete(" was ended: its output could not be handled"));
        Cancellation.Registration registration = cancellation == null
                ? () -> {}
                : cancellation.onCancel(() -> end.complete(" was ended: " + cancellation.told()));
        try {
            return waitFor(exitOrEnd, tree);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e); // nobody completes it that way
        } finally {
            registration.close();
        }
    }

    private @Nullable String waitFor(CompletableFuture<@Nullable String> end, ProcessTree tree)
            throws InterruptedException, ExecutionException {
        TreeBound bound = rules.bound();
        long until = System.nanoTime() + rules.limit().toNanos();
        while (true) {
            long left = until - System.nanoTime();
            try {
                long pause = bound == null ? left : Math.min(left, LOOK.toNanos());
                return end.get(Math.max(0, pause), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                if (System.nanoTime() - until >= 0) {
                    return " was ended after " + readable(rules.limit()) + ", its time limit";
                }
            }
            String beyond = bound == null ? null : bound.exceededBy(tree);
            if (beyond != null) {
                return " was ended: " + beyond;
            }
        }
    }

    /** Ends what is left of the tree; returns whether this thread was interrupted meanwhile. */
    private boolean end(Process process, ProcessTree tree, Duration forOutput) {
        ProcessEnd.end(List.of(new RememberedTree(tree)), GRACE, GRACE);
        boolean interrupted = Thread.interrupted();
        try {
            process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS);
            output.awaitQuiet(GRACE, forOutput);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        return interrupted;
    }

    private int verdict(Process process, @Nullable String ended) {
        Optional<RuntimeException> failure = output.failure();
        if (failure.isPresent()) {
            throw failure.get();
        }
        if (ended != null) {
            throw process.isAlive()
                    ? failed(128 + 9, true, ended + "; SIGKILL has not ended it yet", null)
                    : failed(process.exitValue(), true, ended, null);
        }
        int status = process.exitValue();
        if (!rules.allowed().contains(status)) {
            String hint = status == 128 + 9 ? " (SIGKILL: the machine may be short of memory)" : "";
            String how = status > 128 ? " was ended by signal " + (status - 128) : " failed with exit status " + status;
            throw failed(status, false, how + hint, null);
        }
        return status;
    }

    private CommandFailed failed(int status, boolean endedByUs, String what, @Nullable Throwable cause) {
        return new CommandFailed(call.name(), status, endedByUs, output.lastLines(), call.name() + what, cause);
    }

    private static String readable(Duration limit) {
        if (limit.toSeconds() == 0) {
            return limit.toMillis() + " ms";
        }
        String minutes = limit.toMinutes() > 0 ? limit.toMinutes() + " min " : "";
        return (minutes + (limit.toSecondsPart() > 0 ? limit.toSecondsPart() + " s" : "")).strip();
    }
}
