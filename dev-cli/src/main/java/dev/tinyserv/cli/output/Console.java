package dev.tinyserv.cli.output;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The streams of the user; the only place that prints. Lines are UTF-8 and safe for a terminal. Output of the server
 * passes byte for byte, unbuffered. Safe for several threads.
 */
public final class Console {
    private final InputStream in;
    private final OutputStream out;
    private final OutputStream err;
    private final Terminal terminal;

    /** A console on these streams. */
    public Console(InputStream in, OutputStream out, OutputStream err, Terminal terminal) {
        this.in = in;
        this.out = out;
        this.err = err;
        this.terminal = terminal;
    }

    /** The console of this process. */
    public static Console ofProcess(Map<String, String> environment) {
        return new Console(
                new FileInputStream(FileDescriptor.in),
                new FileOutputStream(FileDescriptor.out),
                new FileOutputStream(FileDescriptor.err),
                Terminal.detected(environment));
    }

    /** What the streams are connected to. */
    public Terminal terminal() {
        return terminal;
    }

    /** The user's input. */
    public InputStream in() {
        return in;
    }

    /** Prints a line of the result. */
    public void line(String text) {
        print(out, SafeText.escaped(text) + "\n");
    }

    /** Prints several lines unescaped: only texts of this command. */
    public void text(String text) {
        print(out, text);
    }

    /** Prints a line beside the result. */
    public void note(String text) {
        print(err, SafeText.escaped(text) + "\n");
    }

    /** Prints a problem as one line of error output. */
    public void problem(String text) {
        print(err, " !     " + SafeText.escaped(text) + "\n");
    }

    /** Passes on output of the server. Throws when nobody reads it any more. */
    public void passOut(byte[] bytes, int length) throws IOException {
        out.write(bytes, 0, length);
        out.flush();
    }

    /** Passes on error output of the server. Throws when nobody reads it any more. */
    public void passErr(byte[] bytes, int length) throws IOException {
        err.write(bytes, 0, length);
        err.flush();
    }

    /** Prints the question if the input is a terminal. Returns a line of input, or null at its end. */
    public @Nullable String ask(String question) {
        if (terminal.in()) {
            print(err, " !     " + SafeText.escaped(question) + " ");
        }
        StringBuilder answer = new StringBuilder();
        try {
            int next = in.read();
            while (next >= 0 && next != '\n' && answer.length() < 1000) {
                answer.append((char) next);
                next = in.read();
            }
            return next < 0 && answer.isEmpty() ? null : answer.toString().strip();
        } catch (IOException e) {
            return null;
        }
    }

    /** Shows a wait of more than a second, if the error output is a terminal. */
    public Waiting waiting() {
        return new Waiting(terminal.err() ? err : null);
    }

    private static void print(OutputStream to, String text) {
        try {
            to.write(text.getBytes(StandardCharsets.UTF_8));
            to.flush();
        } catch (IOException e) {
            // Nobody reads our output any more: there is no one to tell.
            return;
        }
    }
}
