package dev.tinyserv.cli.remote;

import dev.tinyserv.cli.output.Problem;
import dev.tinyserv.cli.output.SafeText;
import org.jspecify.annotations.Nullable;

/**
 * Which server and which app a command is about.
 *
 * @param server the server
 * @param app the app, or null when neither an option nor a git remote says
 * @param remote the name of the git remote that was asked
 */
public record Destination(ServerAddress server, @Nullable String app, String remote) {
    /**
     * Finds it: the server in TINYSERV_REMOTE, else in the git remote; the app in the option, else in the git remote.
     *
     * @param app the app that the user named, or null
     * @param remote the git remote that the user named, or null for the usual one
     */
    public static Destination found(Surroundings surroundings, Git git, @Nullable String app, @Nullable String remote) {
        String name = remote == null ? GitRemote.DEFAULT_NAME : checkedName(remote);
        ServerAddress server = surroundings.server();
        if (server != null && app != null && remote == null) {
            return new Destination(server, app, name);
        }
        GitRemote known = known(git, name, remote, server);
        if (known == null) {
            return new Destination(server == null ? surroundings.requiredServer() : server, app, name);
        }
        return new Destination(server == null ? known.server() : server, app == null ? known.app() : app, name);
    }

    /** The app; throws a usage problem when nothing says which. */
    public String requiredApp() {
        if (app == null) {
            throw Problem.usage("which app? use -a NAME, or run this in a folder with the git remote 'tinyserv'"
                    + " (tinyserv create adds it)");
        }
        if (!GitRemote.isAppName(app)) {
            throw Problem.usage(SafeText.quoted(app) + " is no app name: use a lower-case letter, then up to 29"
                    + " lower-case letters, digits or '-'");
        }
        return app;
    }

    /** Whether a remote's URL, or null for none, leads to this server's app. */
    public boolean isReachedBy(@Nullable String url, String name) {
        GitRemote other = url == null ? null : GitRemote.parsed(url);
        return other != null
                && other.app().equals(name)
                && other.server().local() == server.local()
                && other.server().host().equals(server.host())
                && other.server().port() == server.port();
    }

    /** The name of a git remote; throws a usage problem when it cannot be one. */
    public static String checkedName(String remote) {
        if (!GitRemote.isName(remote)) {
            throw Problem.usage(SafeText.quoted(remote) + " is no name of a git remote: see `git remote`");
        }
        return remote;
    }

    private static @Nullable GitRemote known(
            Git git, String name, @Nullable String asked, @Nullable ServerAddress server) {
        String url = git.remoteUrl(name);
        if (url == null) {
            if (asked != null) {
                throw Problem.failed("there is no git remote '" + name + "' here: see `git remote`");
            }
            return null;
        }
        GitRemote remote = GitRemote.parsed(url);
        if (remote == null && (asked != null || server == null)) {
            throw Problem.failed("the git remote '" + name + "' is " + SafeText.quoted(url)
                    + ", not an app: it should read ssh://user@server:2222/NAME");
        }
        return remote;
    }
}
