package dev.tinyserv.cli.remote;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A git remote that deploys an app.
 *
 * @param server where it pushes to
 * @param app the app's name
 */
public record GitRemote(ServerAddress server, String app) {
    /** The name of the git remote unless the user says another. */
    public static final String DEFAULT_NAME = "tinyserv";

    private static final Pattern APP = Pattern.compile("[a-z][a-z0-9-]{0,29}");
    private static final Pattern REMOTE = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,99}");
    private static final Pattern OVER_SSH = Pattern.compile("(?<server>ssh://[^/]*)/(?<app>[^/]*)/?");
    private static final Pattern LOCAL = Pattern.compile(
            "(?:file://)?(?<root>(?:/|[A-Za-z]:[/\\\\])(?:.*[/\\\\])?)repositories[/\\\\](?<app>[^/\\\\]*)[/\\\\]?",
            Pattern.DOTALL);

    /**
     * Reads a remote's URL: {@code ssh://user@host:2222/NAME} or {@code ROOT/repositories/NAME}; null if it is neither. A
     * port that is missing is ssh's to choose, as it is when git pushes.
     */
    static @Nullable GitRemote parsed(String url) {
        Matcher overSsh = OVER_SSH.matcher(url);
        if (overSsh.matches()) {
            ServerAddress server = ServerAddress.parsed(overSsh.group("server"), ServerAddress.PORT_OF_SSH);
            return server == null ? null : named(server, overSsh.group("app"));
        }
        Matcher local = LOCAL.matcher(url);
        return local.matches() ? named(ServerAddress.at(folder(local.group("root"))), local.group("app")) : null;
    }

    /** The folder without the separator behind its name. */
    private static String folder(String path) {
        return path.replaceFirst("(?<=[^:/\\\\])[/\\\\]+$", "");
    }

    private static @Nullable GitRemote named(ServerAddress server, String app) {
        return isAppName(app) ? new GitRemote(server, app) : null;
    }

    /** Whether the text is the name of an app. */
    public static boolean isAppName(String text) {
        return APP.matcher(text).matches();
    }

    /** Whether the text can name a git remote here; never one that is taken for an option. */
    public static boolean isName(String text) {
        return REMOTE.matcher(text).matches() && !text.contains("..") && !text.endsWith(".lock");
    }
}
