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
    private static final Pattern OVER_SSH =
            Pattern.compile("(?:ssh|git\\+ssh|ssh\\+git)://(?<server>[^/]*)/(?<path>.*)", Pattern.DOTALL);
    /** The other form that git takes for ssh; the brackets are around an IPv6 address, or around a host with its port. */
    private static final Pattern LIKE_SCP = Pattern.compile(
            "(?:\\[(?<inner>[^\\[\\]:/]+(?::[0-9]+)?)\\]|(?<server>[^\\[\\]:/]+|(?:[^\\[\\]:/]+@)?\\[[^\\]/]*\\])):"
                    + "(?!//|:)(?<path>.*)",
            Pattern.DOTALL);

    private static final Pattern LOCAL = Pattern.compile(
            "(?:file://)?(?<root>(?:/|[A-Za-z]:[/\\\\])(?:.*[/\\\\])?)repositories[/\\\\]+(?<app>[^/\\\\]*)[/\\\\]*",
            Pattern.DOTALL);
    /** What a server takes for an app: its name, or the path of its repository, as a repository may be written. */
    private static final Pattern PATH = Pattern.compile("/*(?:(?:[^/]+/+)*repositories/+)?(?<app>[^/]*?)(?:\\.git)?/*");

    /**
     * Reads a remote's URL, in each form that git takes for ssh: {@code ssh://user@host:2222/NAME}, {@code user@host:NAME};
     * or {@code ROOT/repositories/NAME}; null if it is none of them. A port that is missing is ssh's to choose, as it is
     * when git pushes.
     */
    static @Nullable GitRemote parsed(String url) {
        Matcher local = LOCAL.matcher(url);
        if (local.matches()) {
            return named(ServerAddress.at(folder(local.group("root"))), local.group("app"));
        }
        Matcher overSsh = OVER_SSH.matcher(url);
        if (overSsh.matches()) {
            return overSsh(overSsh.group("server"), overSsh.group("path"));
        }
        Matcher likeScp = LIKE_SCP.matcher(url);
        if (!likeScp.matches()) {
            return null;
        }
        String inner = likeScp.group("inner");
        return overSsh(inner == null ? likeScp.group("server") : inner, likeScp.group("path"));
    }

    private static @Nullable GitRemote overSsh(String address, String path) {
        ServerAddress server = ServerAddress.parsed(address, ServerAddress.PORT_OF_SSH);
        return server == null ? null : named(server, path);
    }

    /** The folder without the separator behind its name. */
    private static String folder(String path) {
        return path.replaceFirst("(?<=[^:/\\\\])[/\\\\]+$", "");
    }

    private static @Nullable GitRemote named(ServerAddress server, String path) {
        Matcher app = PATH.matcher(path);
        return app.matches() && isAppName(app.group("app")) ? new GitRemote(server, app.group("app")) : null;
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
