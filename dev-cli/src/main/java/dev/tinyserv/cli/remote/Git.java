package dev.tinyserv.cli.remote;

import dev.tinyserv.cli.output.Problem;
import dev.tinyserv.cli.output.SafeText;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The user's git, in the current folder. Each call has a time limit; none asks the user anything. */
public final class Git {
    private static final long SECONDS = 20;
    private static final int MAX_ANSWER = 64 * 1024;

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

    /** The URL of a remote as git would use it; null when there is no such remote, no repository or no git. */
    public @Nullable String remoteUrl(String name) {
        return found("remote", "get-url", "--", name);
    }

    /** The value of a setting; null when it is not set or there is no git. */
    public @Nullable String setting(String name) {
        return found("config", "--get", name);
    }

    /** Adds a remote; throws what git says when it cannot. */
    public void addRemote(String name, String url) {
        must("remote", "add", "--", name, url);
    }

    /** Changes a remote's URL; throws what git says when it cannot. */
    public void setRemoteUrl(String name, String url) {
        must("remote", "set-url", "--", name, url);
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
        Answer answer = run(Redirect.DISCARD, arguments);
        return answer.status == 0 && !answer.text.isEmpty() ? answer.text : null;
    }

    private void must(String... arguments) {
        Answer answer = run(Redirect.PIPE, arguments);
        if (answer.status != 0) {
            throw Problem.failed("git " + arguments[0] + " failed: " + SafeText.quoted(answer.text));
        }
    }

    private Answer run(Redirect complaints, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add("git");
        Collections.addAll(command, arguments);
        ProcessBuilder git = new ProcessBuilder(command)
                .directory(surroundings.folder().toFile())
                .redirectErrorStream(complaints.equals(Redirect.PIPE))
                .redirectError(complaints);
        git.environment().clear();
        git.environment().putAll(surroundings.environment());
        git.environment().put("GIT_TERMINAL_PROMPT", "0");
        try {
            return answer(git.start());
        } catch (IOException e) {
            throw Problem.failed("git is not installed, or not on PATH: install git");
        }
    }

    private static Answer answer(Process git) throws IOException {
        git.getOutputStream().close();
        try (InputStream out = git.getInputStream()) {
            // What we ask for fits into the pipe, so git never waits for us to read it.
            if (!git.waitFor(SECONDS, TimeUnit.SECONDS)) {
                throw Problem.failed("git did not answer within " + SECONDS + " s");
            }
            byte[] bytes = out.readNBytes(MAX_ANSWER);
            return new Answer(git.exitValue(), new String(bytes, StandardCharsets.UTF_8).strip());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.failed("interrupted");
        } finally {
            git.destroy();
        }
    }

    private record Answer(int status, String text) {}
}
