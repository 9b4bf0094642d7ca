package dev.tinyserv.cli.remote;

import dev.tinyserv.cli.output.Problem;
import dev.tinyserv.cli.output.SafeText;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The user's git in the current folder. A call takes 20 s at most, asks nothing and fails with a Problem. */
public final class Git {
    private static final int NOT_SET = 1;
    private static final int NOTHING_TO_UNSET = 5;
    private static final int MAX_REASON = 600;

    private final Surroundings surroundings;

    /** Git, called in these surroundings. */
    public Git(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** The top folder of the current work tree; null in no repository. Throws the reason when git fails. */
    public @Nullable Path workTree() {
        LocalAnswer answer = run(Redirect.DISCARD, "rev-parse", "--show-toplevel");
        if (answer.status() == 0 && !answer.text().isEmpty()) {
            return Path.of(answer.text());
        }
        Path repository = RepositoryAbove.of(surroundings, surroundings.folder());
        if (repository == null) {
            return null;
        }
        throw unreadable("the work tree", repository, reason("rev-parse", "--show-toplevel"));
    }

    /**
     * The push URLs of a remote; empty without such a remote or without a repository. In a repository, throws the
     * reason when git fails or is not installed.
     */
    public List<String> pushUrls(String name) {
        Path repository = RepositoryAbove.of(surroundings, surroundings.folder());
        if (!surroundings.hasGit()) {
            if (repository == null) {
                return List.of();
            }
            throw unreadable("the remotes", repository, "git is not installed, or not on PATH");
        }
        LocalAnswer urls = run(Redirect.DISCARD, "remote", "get-url", "--push", "--all", "--", name);
        if (urls.status() == 0) {
            return urls.text().lines().toList();
        }
        if (repository == null || isKnownToBeNone(name)) {
            return List.of();
        }
        throw unreadable("the remotes", repository, reason("remote", "get-url", "--push", "--all", "--", name));
    }

    private boolean isKnownToBeNone(String name) {
        LocalAnswer all = run(Redirect.DISCARD, "remote");
        return all.status() == 0 && all.text().lines().noneMatch(name::equals);
    }

    /** The value of a setting; null when it is not set or git is not installed. Throws the reason when git fails. */
    public @Nullable String setting(String name) {
        if (!surroundings.hasGit()) {
            return null;
        }
        LocalAnswer answer = run(Redirect.DISCARD, "config", "--get", name);
        if (answer.status() > NOT_SET) {
            throw Problem.failed("git cannot read its setting " + name + ": " + reason("config", "--get", name));
        }
        return answer.status() == 0 && !answer.text().isEmpty() ? answer.text() : null;
    }

    /** Adds a remote; throws what git says when it cannot. */
    public void addRemote(String name, String url) {
        must("remote", "add", "--", name, url);
    }

    /** Changes where a remote fetches from and pushes to; throws what git says when it cannot. */
    public void setRemoteUrl(String name, String url) {
        must("config", "--replace-all", "remote." + name + ".url", url);
        unset("remote." + name + ".pushurl");
    }

    /** Removes a remote and its settings; throws what git says when it cannot. */
    public void removeRemote(String name) {
        must("remote", "remove", "--", name);
    }

    /** Sets a value in the repository's configuration; throws what git says when it cannot. */
    public void configure(String name, String value) {
        must("config", "--replace-all", name, value);
    }

    /** Removes a value from the repository's configuration, if it is there; throws what git says when it cannot. */
    public void unset(String name) {
        LocalAnswer answer = run(Redirect.PIPE, "config", "--unset-all", name);
        if (answer.status() != 0 && answer.status() != NOTHING_TO_UNSET) {
            throw Problem.failed("git config failed: " + shown(answer));
        }
    }

    private static Problem unreadable(String what, Path repository, String reason) {
        return Problem.failed("git cannot read " + what + " of '" + SafeText.escaped(repository.toString()) + "' ("
                + reason + "): mend that, or call this in another folder");
    }

    /** What git says when it is asked again, with its error output. */
    private String reason(String... arguments) {
        return shown(run(Redirect.PIPE, arguments));
    }

    /** All output of git on one line, because the remedy is in its last lines. */
    private static String shown(LocalAnswer answer) {
        String text = answer.text().replaceAll("\\s+", " ").replaceFirst("^fatal: ", "");
        String end = text.length() > MAX_REASON ? "…" : "";
        String said = SafeText.escaped(text.substring(0, Math.min(text.length(), MAX_REASON))) + end;
        return said.isEmpty() ? "it ended with status " + answer.status() : said;
    }

    private void must(String... arguments) {
        LocalAnswer answer = run(Redirect.PIPE, arguments);
        if (answer.status() != 0) {
            throw Problem.failed("git " + arguments[0] + " failed: " + shown(answer));
        }
    }

    private LocalAnswer run(Redirect complaints, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add("git");
        Collections.addAll(command, arguments);
        return LocalAnswer.of(surroundings, command, complaints);
    }
}
