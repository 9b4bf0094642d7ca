package dev.tinyserv.cli.remote;

import dev.tinyserv.cli.output.Console;
import dev.tinyserv.cli.output.Problem;
import dev.tinyserv.cli.output.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A server that answers requests: over the user's ssh, or on this machine through tinyserv-remote. */
public final class Server {
    private static final int MAX_ANSWER = 1024 * 1024;
    private static final int SSH_FAILED = 255;

    private final Surroundings surroundings;
    private final Git git;
    private final Console console;
    private final ServerAddress address;

    /** The server at an address. */
    public Server(Surroundings surroundings, Git git, Console console, ServerAddress address) {
        this.surroundings = surroundings;
        this.git = git;
        this.console = console;
        this.address = address;
    }

    /**
     * Sends a request, passes all output of the server on as it comes, and returns the server's exit status. Throws a
     * Problem when the server cannot be reached.
     */
    public int call(Request request) {
        return relay(request, console.in(), console::passOut);
    }

    /** The same, with this input instead of the user's. */
    public int call(Request request, InputStream input) {
        return relay(request, input, console::passOut);
    }

    /** Sends a request and returns the output, at most 1 MiB; error output goes to the user. */
    public Answer ask(Request request) {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        int status = relay(request, console.in(), (bytes, length) -> {
            answer.write(bytes, 0, Math.min(length, MAX_ANSWER - answer.size()));
        });
        return new Answer(status, answer.toString(StandardCharsets.UTF_8));
    }

    private int relay(Request request, InputStream input, SshMessages.Sink out) {
        byte[] header = request.header(address.host(), console.terminal());
        if (address.local()) {
            List<String> command =
                    List.of(new LocalAgent(surroundings).program().toString(), "call");
            return ended(relay(command, header, request.wantsInput() ? input : null, out));
        }
        SshProgram ssh = SshProgram.chosen(surroundings, git);
        Path kept = SharedConnections.controlPath(surroundings, ssh.mark(address));
        List<String> command = ssh.call(address, kept);
        boolean mayBeKept = kept != null && ssh.end(address, kept) != null && SharedConnections.mayBeKept(kept);
        if (request.wantsInput() && kept != null && mayBeKept) {
            dropIfItsKeyWasRemoved(ssh, kept);
        }
        Outcome outcome = relay(command, header, request.wantsInput() ? input : null, out);
        if (outcome.messages().keyWasRemoved() && !request.wantsInput() && drop(ssh, kept)) {
            outcome = relay(command, header, null, out);
        }
        return ended(outcome);
    }

    private int ended(Outcome outcome) {
        if (outcome.status() == SSH_FAILED && !address.local()) {
            throw Problem.failed(outcome.messages().cause(address));
        }
        try {
            outcome.messages().release();
        } catch (IOException e) {
            // Nobody reads our error output any more: the exit status still tells.
            return outcome.status();
        }
        return outcome.status();
    }

    /** Tries a kept connection before input is sent, which is possible only once. Costs one more round trip. */
    private void dropIfItsKeyWasRemoved(SshProgram ssh, Path kept) {
        byte[] header = Request.of(null, List.of("help", "status")).header(address.host(), Terminal.NONE);
        SshMessages messages = new SshMessages((bytes, length) -> {}, false);
        int status =
                new Relay(console, (bytes, length) -> {}, messages).run(process(ssh.call(address, kept)), header, null);
        if (messages.keyWasRemoved()) {
            drop(ssh, kept);
        } else if (status == SSH_FAILED) {
            throw Problem.failed(messages.cause(address));
        }
    }

    /** Ends a kept connection whose key was removed; false where none is kept. */
    private boolean drop(SshProgram ssh, @Nullable Path kept) {
        List<String> end = ssh.end(address, kept);
        if (end == null) {
            return false;
        }
        LocalAnswer.of(surroundings, end, Redirect.DISCARD);
        return true;
    }

    private Outcome relay(List<String> command, byte[] header, @Nullable InputStream input, SshMessages.Sink out) {
        SshMessages messages = new SshMessages(console::passErr, address.local());
        return new Outcome(new Relay(console, out, messages).run(process(command), header, input), messages);
    }

    /** The result of an attempt: the exit status and the messages. */
    private record Outcome(int status, SshMessages messages) {}

    private Process process(List<String> command) {
        ProcessBuilder builder = surroundings.process(command);
        if (address.root() != null) {
            builder.environment().put("TINYSERV_ROOT", address.root());
        }
        try {
            return builder.start();
        } catch (IOException e) {
            throw Problem.failed(
                    address.local()
                            ? command.get(0) + " cannot be started: check that it is a program"
                            : command.get(0) + " is not installed, or not on PATH: install the OpenSSH client");
        }
    }

    /** What the server answered. */
    public record Answer(int status, String text) {}
}
