package dev.tinyserv.cli.command;

import dev.tinyserv.cli.remote.Surroundings;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The user's browser, started the way of the operating system. */
final class Browser {
    private final Surroundings surroundings;

    Browser(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** Opens a checked URL. Does nothing without a browser, and never waits. */
    void open(String url) {
        List<String> command = command(url);
        Path opener = surroundings.program(command.get(0));
        if (opener == null) {
            return;
        }
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(Redirect.DISCARD).redirectError(Redirect.DISCARD);
        builder.environment().clear();
        builder.environment().putAll(surroundings.environment());
        try {
            builder.start().getOutputStream().close();
        } catch (IOException e) {
            // The URL is on the screen: it can still be opened by hand.
            return;
        }
    }

    private static List<String> command(String url) {
        if (Surroundings.isWindows()) {
            // What `start` does in the end, without cmd, which gives characters a meaning.
            return List.of("rundll32.exe", "url.dll,FileProtocolHandler", url);
        }
        boolean mac = System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("mac");
        return List.of(mac ? "open" : "xdg-open", url);
    }
}
