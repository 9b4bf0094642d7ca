package dev.tinyserv.cli.remote;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The error output of ssh and of the server, in one stream. Possible complaints of ssh are held until it is known
 * whether ssh failed; then one line of this command replaces them. All else passes at once. Safe for several threads.
 */
final class SshMessages {
    private static final int MAX_HELD = 64 * 1024;
    private static final int MAX_LINE = 4 * 1024;
    private static final Pattern COMPLAINT = Pattern.compile(
            "(?:ssh: |kex_exchange_identification: |ssh_exchange_"
                    + "|ssh_dispatch_run_fatal: |Host key verification failed|No [A-Za-z0-9]+ host key is known for |Connection "
                    + "|Unable to negotiate |Timeout, server |Received disconnect |Disconnected from |client_loop: "
                    + "|mux_client_|Load key |[^ ]+: Permission denied \\(|Permission denied).*",
            Pattern.DOTALL);
    /** Of two commands that begin at once, one keeps its connection, and ssh of the other says this. */
    private static final Pattern HARMLESS =
            Pattern.compile("ControlSocket [^\\n]* already exists, disabling multiplexing\\s*");

    private static final Pattern FINGERPRINT = Pattern.compile("SHA256:[A-Za-z0-9+/=]{40,44}");
    private static final String CHANGED_BLOCK = "@@@@";
    /** How the server begins when it refuses a call over a connection of an old key, before anything else. */
    private static final String KEY_REMOVED = " !     the key that you logged in with was removed";

    private final Sink sink;
    private final ByteArrayOutputStream held = new ByteArrayOutputStream();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final StringBuilder complaints = new StringBuilder();
    private boolean partPassed;
    private boolean keyChanged;
    private boolean serverSpoke;
    private boolean anythingPassed;
    private boolean keyRemoved;

    /** Takes the output. */
    interface Sink {
        /** Takes the first bytes of an array; throws when nobody reads them any more. */
        void write(byte[] bytes, int length) throws IOException;
    }

    /** Messages that go to a sink; without ssh in between, nothing is ever held back. */
    SshMessages(Sink sink, boolean withoutSsh) {
        this.sink = sink;
        this.serverSpoke = withoutSsh;
    }

    /** Takes the next bytes of error output. */
    synchronized void accept(byte[] bytes, int length) throws IOException {
        if (serverSpoke) {
            sink.write(bytes, length);
            return;
        }
        for (int i = 0; i < length; i++) {
            line.write(bytes[i]);
            if (bytes[i] == '\n') {
                endLine();
            }
        }
        if (line.size() > 0 && (partPassed || !mayBeComplaint(line.toString(StandardCharsets.UTF_8)))) {
            passLine();
            partPassed = true;
        }
    }

    /** Notes that the server has answered. From now on nothing is held back. */
    synchronized void serverSpoke() throws IOException {
        if (!serverSpoke) {
            release();
            serverSpoke = true;
        }
    }

    /** Passes on the held output, because ssh did not fail. */
    synchronized void release() throws IOException {
        line.writeTo(held);
        line.reset();
        flushHeld();
    }

    /** Whether the server has said only that the key of this connection was removed. Then it has done nothing. */
    synchronized boolean keyWasRemoved() {
        return keyRemoved && !anythingPassed && !serverSpoke;
    }

    /** Why ssh failed and what to do, in one line. */
    synchronized String cause(ServerAddress server) {
        complaints.append(line.toString(StandardCharsets.UTF_8));
        return SshFailure.explained(complaints.toString(), fingerprint(), server, serverSpoke);
    }

    private @Nullable String fingerprint() {
        Matcher found = FINGERPRINT.matcher(complaints);
        return found.find() ? found.group() : null;
    }

    private void endLine() throws IOException {
        String text = line.toString(StandardCharsets.UTF_8);
        keyChanged |= text.startsWith(CHANGED_BLOCK);
        if (!partPassed && HARMLESS.matcher(text).matches()) {
            line.reset();
        } else if (!anythingPassed && text.startsWith(KEY_REMOVED)) {
            keyRemoved = true;
            line.writeTo(held);
            line.reset();
        } else if (!partPassed && (keyChanged || COMPLAINT.matcher(text).matches()) && held.size() < MAX_HELD) {
            line.writeTo(held);
            if (complaints.length() < MAX_HELD) {
                complaints.append(text);
            }
            line.reset();
        } else {
            passLine();
        }
        partPassed = false;
    }

    private void passLine() throws IOException {
        anythingPassed = true;
        flushHeld();
        sink.write(line.toByteArray(), line.size());
        line.reset();
    }

    private void flushHeld() throws IOException {
        if (held.size() > 0) {
            sink.write(held.toByteArray(), held.size());
            held.reset();
        }
    }

    /** Whether the beginning of a line may become a complaint; a prompt of the server must not wait. */
    private boolean mayBeComplaint(String start) {
        Matcher complaint = COMPLAINT.matcher(start);
        if (start.length() > MAX_LINE) {
            return false;
        }
        Matcher harmless = HARMLESS.matcher(start);
        return keyChanged
                || start.startsWith("@")
                || (!anythingPassed && (KEY_REMOVED.startsWith(start) || start.startsWith(KEY_REMOVED)))
                || complaint.matches()
                || complaint.hitEnd()
                || harmless.matches()
                || harmless.hitEnd();
    }
}
