package dev.tinyserv.cli.remote;

import dev.tinyserv.cli.output.Console;
import dev.tinyserv.cli.output.Problem;
import dev.tinyserv.cli.output.SafeText;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The one rule for every verb, which {@code tinyserv help} prints. The server is that of the git remote that {@code -r}
 * names; else, for a verb about an app, that of the folder's remote; else the one in TINYSERV_REMOTE; else, for the other
 * verbs, too, that of the folder's remote. If the folder's remote and TINYSERV_REMOTE are two servers, or may be because
 * the remote's URL is not understood, a verb about an app that changes something is refused, and one that reads says which
 * it took.
 */
public final class Destinations {
    private static final String FOLDERS = "the git remote '" + GitRemote.DEFAULT_NAME + "' of this folder";

    private final Surroundings surroundings;
    private final Git git;
    private final Console console;

    /** Finds destinations from these surroundings, with notes to this console. */
    public Destinations(Surroundings surroundings, Git git, Console console) {
        this.surroundings = surroundings;
        this.git = git;
        this.console = console;
    }

    /** The destination of a call. Throws a Problem when none is named, or when the sources disagree. */
    public Destination of(Wish wish) {
        if (wish.remote() != null) {
            return to(named(wish.remote()), wish, wish.remote());
        }
        ServerAddress variable = surroundings.server();
        GitRemote folder = variable != null && !wish.aboutApp() ? null : folders(variable, wish.changes());
        if (folder == null) {
            ServerAddress server = variable == null ? surroundings.requiredServer() : variable;
            return new Destination(server, wish.app(), GitRemote.DEFAULT_NAME);
        }
        if (variable != null && !new SameServer(surroundings, git).is(folder.server(), variable)) {
            tellApart(folder.server(), variable, wish.changes());
        }
        return to(folder, wish, GitRemote.DEFAULT_NAME);
    }

    /** The remote that -r names, or null when there is none of that name. */
    public @Nullable GitRemote existing(String name) {
        List<String> urls = git.pushUrls(Destination.checkedName(name));
        return urls.isEmpty() ? null : Objects.requireNonNull(remote(name, urls, true));
    }

    private static Destination to(GitRemote remote, Wish wish, String name) {
        return new Destination(remote.server(), wish.app() == null ? remote.app() : wish.app(), name);
    }

    private GitRemote named(String name) {
        GitRemote remote = existing(name);
        if (remote == null) {
            throw Problem.failed("there is no git remote '" + name + "' here: see `git remote`");
        }
        return remote;
    }

    /** The folder's remote, or null when there is none, or it is no app's and the variable names the server. */
    private @Nullable GitRemote folders(@Nullable ServerAddress variable, boolean changes) {
        List<String> urls;
        try {
            urls = git.pushUrls(GitRemote.DEFAULT_NAME);
        } catch (Problem unreadable) {
            if (variable == null || changes) {
                throw unreadable; // a push from here may go to another server than the variable's
            }
            console.note("On " + described(variable) + ", as TINYSERV_REMOTE says; " + unreadable.getMessage());
            return null;
        }
        GitRemote found = urls.isEmpty() ? null : remote(GitRemote.DEFAULT_NAME, urls, variable == null);
        if (found == null && !urls.isEmpty() && variable != null) {
            passOver(urls.get(0), variable, changes);
        }
        return found;
    }

    private static @Nullable GitRemote remote(String name, List<String> urls, boolean required) {
        List<GitRemote> apps = urls.stream()
                .map(GitRemote::parsed)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
        if (apps.size() > 1) {
            throw Problem.failed("the git remote '" + name + "' pushes to " + apps.size()
                    + " apps: name a remote of one app with -r");
        }
        if (apps.isEmpty() && required) {
            throw Problem.failed("the git remote '" + name + "' is " + SafeText.quotedUrl(urls.get(0))
                    + ", not an app: it should read ssh://user@server:2222/NAME");
        }
        return apps.isEmpty() ? null : apps.get(0);
    }

    /** Notes the unknown form of the remote. For a change throws: it must not go to another server silently. */
    private void passOver(String url, ServerAddress variable, boolean changes) {
        String remote = FOLDERS + " is " + SafeText.quotedUrl(url) + ", which is not an app as far as can be told";
        String other = described(variable);
        if (changes) {
            throw Problem.usage("which server? " + remote + ", and TINYSERV_REMOTE is " + other
                    + ": make it ssh://user@server:2222/NAME, name another remote with -r, or rename it with"
                    + " `git remote rename`");
        }
        console.note("On " + other + ", as TINYSERV_REMOTE says; " + remote);
    }

    private void tellApart(ServerAddress folder, ServerAddress variable, boolean changes) {
        String other = described(variable);
        if (changes) {
            throw Problem.usage("which server? " + FOLDERS + " is on " + folder + ", and TINYSERV_REMOTE is " + other
                    + ": add -r " + GitRemote.DEFAULT_NAME + " for the first, or name a remote on the second with -r,"
                    + " or unset TINYSERV_REMOTE");
        }
        console.note("On " + folder + ", where " + FOLDERS + " is; TINYSERV_REMOTE is " + other);
    }

    private String described(ServerAddress variable) {
        String root = variable.local() ? surroundings.variable("TINYSERV_ROOT") : null;
        return root == null ? variable.toString() : ServerAddress.at(root).toString();
    }
}
