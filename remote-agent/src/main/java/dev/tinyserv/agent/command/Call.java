package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.Account;
import dev.tinyserv.buildpacks.process.Cancellation;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One call of a verb, whichever door it came through.
 *
 * @param environment the caller's GIT_PROTOCOL, LANG and TERM, where set, and no other variables
 * @param in the caller's input; reads end when the caller has sent all
 * @param out the caller's output; a write to a caller that is gone throws
 * @param address the address of this machine that a caller from the network used, for URLs that we print; empty for the
 *     server's own command line, whose caller needs no key
 * @param cancellation is cancelled when the caller is gone
 */
public record Call(
        Caller caller,
        List<String> arguments,
        Map<String, String> environment,
        InputStream in,
        OutputStream out,
        OutputStream err,
        Optional<String> address,
        Cancellation cancellation) {
    public Call {
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
    }

    /** The account of the caller when the call began. */
    public Account account() {
        return caller.account();
    }

    /** This machine as the caller knows it, for URLs that we print. */
    String host() {
        return address.orElse("localhost");
    }

    /** Whether the call comes from the server's own command line. */
    boolean isLocal() {
        return address.isEmpty();
    }

    /** Asks the caller on the error output. Returns a line of at most {@code limit} bytes; empty on failure. */
    Optional<String> ask(String question, int limit) {
        try {
            err.write((question + "\n").getBytes(StandardCharsets.UTF_8));
            err.flush();
        } catch (IOException e) {
            throw new CallerGone(e);
        }
        try {
            byte[] typed = new byte[limit];
            int length = 0;
            for (int b = in.read(); b >= 0 && b != '\n' && length < limit; b = in.read()) {
                typed[length++] = (byte) b;
            }
            return Optional.of(new String(typed, 0, length, StandardCharsets.UTF_8).strip());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Answers calls. */
    @FunctionalInterface
    public interface Handler {
        /** Answers a call in the calling thread and returns the exit status. Does not throw. */
        int handle(Call call);
    }
}
