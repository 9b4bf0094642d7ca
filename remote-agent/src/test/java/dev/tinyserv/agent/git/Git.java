package dev.tinyserv.agent.git;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;

/** A user's working copy and stock git. */
final class Git {
    final Path folder;
    private final Server server;

    /** What a call of git ended with; output is stdout and stderr together. */
    record Result(int exit, String output) {
        Result ok() {
            assertThat(exit).as(output).isZero();
            return this;
        }

        Result failed() {
            assertThat(exit).as(output).isNotZero();
            return this;
        }
    }

    /** Something that is written into the copy's object database, unchecked. */
    interface Insertion {
        ObjectId insert(ObjectInserter inserter) throws IOException;
    }

    private Git(Server server, Path folder) {
        this.server = server;
        this.folder = folder;
    }

    /** An empty copy on branch main with the server as origin. */
    static Git init(Server server, Path folder) throws IOException {
        Files.createDirectories(folder);
        Git git = new Git(server, folder);
        git.run("init", "-q", "-b", "main").ok();
        git.run("remote", "add", "origin", "ssh://tinyserv/myapp").ok();
        return git;
    }

    /** A copy of what the server has. */
    static Git clone(Server server, Path folder, String... options) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("clone", "-q"));
        arguments.addAll(List.of(options));
        arguments.addAll(List.of("ssh://tinyserv/myapp", folder.toString()));
        new Git(server, server.root).run(arguments.toArray(String[]::new)).ok();
        return new Git(server, folder);
    }

    Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("GIT_"));
        builder.environment()
                .putAll(Map.of(
                        "HOME", server.root.toString(),
                        "GIT_CONFIG_NOSYSTEM", "1",
                        "GIT_SSH_COMMAND", server.sshCommand().toString(),
                        "GIT_SSH_VARIANT", "ssh",
                        "GIT_AUTHOR_NAME", "Ada",
                        "GIT_AUTHOR_EMAIL", "ada@example.org",
                        "GIT_COMMITTER_NAME", "Ada",
                        "GIT_COMMITTER_EMAIL", "ada@example.org",
                        "GIT_TERMINAL_PROMPT", "0",
                        "LC_ALL", "C.UTF-8"));
        return builder.start();
    }

    Result run(String... arguments) throws IOException {
        Process process = start(arguments);
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            return new Result(process.waitFor(), output);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw new IOException(e);
        }
    }

    /** Writes the file and commits everything; returns the commit's id. */
    String commit(String file, String content) throws IOException {
        Path target = folder.resolve(file);
        Files.createDirectories(target.getParent());
        Files.writeString(target, content);
        run("add", "-A").ok();
        run("commit", "-q", "-m", "Change " + file).ok();
        return head();
    }

    String head() throws IOException {
        return run("rev-parse", "HEAD").ok().output().strip();
    }

    /** Puts an object into the copy as it is, without any of git's checks. */
    ObjectId insert(Insertion insertion) throws IOException {
        try (Repository repository = new FileRepositoryBuilder()
                        .setGitDir(folder.resolve(".git").toFile())
                        .build();
                ObjectInserter inserter = repository.newObjectInserter()) {
            ObjectId id = insertion.insert(inserter);
            inserter.flush();
            return id;
        }
    }

    /** A commit of the tree, not on any branch. */
    String commitTree(ObjectId tree) throws IOException {
        return run("commit-tree", "-m", "A tree", tree.name()).ok().output().strip();
    }
}
