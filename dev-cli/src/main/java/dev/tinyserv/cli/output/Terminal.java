package dev.tinyserv.cli.output;

import java.util.Map;

/**
 * Whether the three streams are terminals. Java cannot tell for each stream, so the launcher does, in the system
 * property {@code tinyserv.terminal}: it has an i, o and e for input, output and error output.
 *
 * @param in whether the input is a terminal
 * @param out whether the output is one
 * @param err whether the error output is one
 * @param color whether the user wants colours on the output
 */
public record Terminal(boolean in, boolean out, boolean err, boolean color) {
    /** No stream is a terminal. */
    public static final Terminal NONE = new Terminal(false, false, false, false);

    /** The terminal of this process. */
    public static Terminal detected(Map<String, String> environment) {
        String streams = System.getProperty("tinyserv.terminal");
        if (streams == null) {
            streams = hasConsole() ? "ioe" : "";
        }
        boolean out = streams.contains("o");
        boolean color =
                out && environment.getOrDefault("NO_COLOR", "").isEmpty() && !"dumb".equals(environment.get("TERM"));
        return new Terminal(streams.contains("i"), out, streams.contains("e"), color);
    }

    /** Asks Java, without the launcher. Since JDK 22 only the console of java.base is null without a terminal. */
    @SuppressWarnings("SystemConsoleNull")
    private static boolean hasConsole() {
        System.setProperty("jdk.console", "java.base");
        return System.console() != null;
    }
}
