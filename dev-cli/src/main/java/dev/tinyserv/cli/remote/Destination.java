package dev.tinyserv.cli.remote;

import dev.tinyserv.cli.output.Problem;
import dev.tinyserv.cli.output.SafeText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The server and the app of a call.
 *
 * @param app the app, or null when neither an option nor a git remote names one
 * @param remote the name of the git remote that was asked
 */
public record Destination(ServerAddress server, @Nullable String app, String remote) {
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

    /** Whether a push to one of these URLs leads to this server's app. */
    public boolean isReachedBy(List<String> urls, String name) {
        return urls.stream()
                .map(GitRemote::parsed)
                .anyMatch(other -> other != null
                        && other.app().equals(name)
                        && other.server().local() == server.local()
                        && other.server().host().equals(server.host())
                        && other.server().port() == server.port());
    }

    /** The name of a git remote; throws a usage problem when it cannot be one. */
    public static String checkedName(String remote) {
        if (!GitRemote.isName(remote)) {
            throw Problem.usage(SafeText.quoted(remote) + " is no name of a git remote: see `git remote`");
        }
        return remote;
    }
}
