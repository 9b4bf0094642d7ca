package dev.tinyserv.cli.remote;

import dev.tinyserv.cli.output.Console;
import dev.tinyserv.cli.output.Problem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

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
     * Asks, passes everything that the server says on to the user while it comes, and returns the server's exit status.
     * Throws when there is no way to the server.
     */
    public int call(Request request) {
        return relay(request, console.in(), console::passOut);
    }

    /** The same, with an input of our own instead of the user's. */
    public int call(Request request, InputStream input) {
        return relay(request, input, console::passOut);
    }

    /** Asks, and keeps the answer, at most 1 MiB of it; only the error output goes to the user. Throws when there is no way to the server. */
    public Answer ask(Request request) {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        int status = relay(request, console.in(), (bytes, length) -> {
            answer.write(bytes, 0, Math.min(length, MAX_ANSWER - answer.size()));
        });
        return new Answer(status, answer.toString(StandardCharsets.UTF_8));
    }

    private int relay(Request request, InputStream input, SshMessages.Sink out) {
        byte[] header = request.header(address.host(), console.terminal());
        List<String> command = command();
        SshMessages messages = new SshMessages(console::passErr, address.local());
        int status =
                new Relay(console, out, messages).run(process(command), header, request.wantsInput() ? input : null);
        if (status == SSH_FAILED && !address.local()) {
            throw Problem.failed(messages.cause(address));
        }
        return status;
    }

    private List<String> command() {
        if (address.local()) {
            return List.of(new LocalAgent(surroundings).program().toString(), "call");
        }
        SshProgram ssh = SshProgram.chosen(surroundings, git);
        return ssh.call(address, SharedConnections.controlPath(surroundings, ssh.mark()));
    }

    private Process process(List<String> command) {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(surroundings.folder().toFile());
        builder.environment().clear();
        builder.environment().putAll(surroundings.environment());
        try {
            return builder.start();
        } catch (IOException e) {
            throw Problem.failed(
                    address.local()
                            ? command.get(0) + " cannot be started: check that it is a program"
                            : command.get(0) + " is not installed, or not on PATH: install the OpenSSH client");
        }
    }

    /**
     * What the server answered.
     *
     * @param status its exit status
     * @param text its output
     */
    public record Answer(int status, String text) {}
}
