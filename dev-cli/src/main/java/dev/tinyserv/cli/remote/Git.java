package dev.tinyserv.cli.remote;

import dev.tinyserv.cli.output.Problem;
import dev.tinyserv.cli.output.SafeText;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The user's git, in the current folder. Each call has a time limit; none asks the user anything. */
public final class Git {
    private final Surroundings surroundings;

    /** Git, called in these surroundings. */
    public Git(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** The top folder of the repository's work tree that we are in; null outside of one. */
    public @Nullable Path workTree() {
        String folder = answerOf("rev-parse", "--show-toplevel");
        return folder == null ? null : Path.of(folder);
    }

    /** The URLs that a push to a remote goes to; none when there is no such remote, no repository or no git. */
    public List<String> pushUrls(String name) {
        String urls = found("remote", "get-url", "--push", "--all", "--", name);
        return urls == null ? List.of() : urls.lines().toList();
    }

    /** The value of a setting; null when it is not set or there is no git. */
    public @Nullable String setting(String name) {
        return found("config", "--get", name);
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

    /** Removes a value from the repository's configuration, if it is there. */
    public void unset(String name) {
        run(Redirect.DISCARD, "config", "--unset-all", name);
    }

    private @Nullable String found(String... arguments) {
        if (surroundings.program(Surroundings.isWindows() ? "git.exe" : "git") == null) {
            return null;
        }
        return answerOf(arguments);
    }

    private @Nullable String answerOf(String... arguments) {
        LocalAnswer answer = run(Redirect.DISCARD, arguments);
        return answer.status() == 0 && !answer.text().isEmpty() ? answer.text() : null;
    }

    private void must(String... arguments) {
        LocalAnswer answer = run(Redirect.PIPE, arguments);
        if (answer.status() != 0) {
            throw Problem.failed("git " + arguments[0] + " failed: " + SafeText.quoted(answer.text()));
        }
    }

    private LocalAnswer run(Redirect complaints, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add("git");
        Collections.addAll(command, arguments);
        return LocalAnswer.of(surroundings, command, complaints);
    }
}
