package dev.tinyserv.buildpacks.buildpack;

import dev.tinyserv.buildpacks.process.Cancellation;
import dev.tinyserv.buildpacks.process.Command;
import dev.tinyserv.buildpacks.process.Transcript;
import dev.tinyserv.buildpacks.process.TreeBound;
import dev.tinyserv.buildpacks.runtime.Runtimes;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One build, as a buildpack sees it.
 *
 * @param tree where all of the source lies
 * @param folder where the app's source lies and the result is made: the tree or a folder in it
 * @param cache what this app's earlier builds kept; exists; never shared between apps
 * @param temp a private folder for temporary files; exists; deleted after the build
 * @param environment all variables that a build's programs get: PATH, HOME, LANG, the mark and the app's config vars
 * @param run how its programs run, whatever they are
 */
public record Build(
        Path tree,
        Path folder,
        Path cache,
        Path temp,
        Map<String, String> environment,
        Map<String, String> config,
        Runtimes runtimes,
        Run run) {
    /**
     * How the programs of a build run.
     *
     * @param mark a line {@code NAME=value} of the environment that no other build has
     * @param deadline when the build must have ended
     * @param bound what each of its programs may take
     * @param transcript what the pusher reads
     * @param cancellation tells that the pusher has left
     */
    public record Run(
            String mark, Instant deadline, TreeBound bound, Transcript transcript, Cancellation cancellation) {}

    public Build {
        environment = Map.copyOf(environment);
        config = Map.copyOf(config);
    }

    /** See {@link Run#transcript}. */
    public Transcript transcript() {
        return run.transcript();
    }

    /** See {@link Run#cancellation}. */
    public Cancellation cancellation() {
        return run.cancellation();
    }

    /** A program of this build with these variables: it runs in the build's folder and ends with the build. */
    public Command command(List<String> arguments, Map<String, String> variables) {
        return Command.of(arguments)
                .in(folder)
                .environment(variables)
                .marked(run.mark())
                .until(run.deadline())
                .cancelledBy(run.cancellation())
                .within(run.bound());
    }

    /** Takes away what was committed though a build makes it anew, and tells how it is removed from the repository. */
    public void removeCommitted(String name, String instead) throws IOException {
        if (Files.exists(folder.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
            transcript()
                    .problem(name + " is committed: it is " + instead + "; remove it with `git rm -r --cached "
                            + inRepository(name) + "` and list it in .gitignore");
            FileTree.delete(folder.resolve(name));
        }
    }

    /**
     * The folder of that name in the cache, for us to read and write ourselves; it need not exist. An earlier build can
     * have put a link there, to where only we may go: the link is deleted.
     */
    public Path cacheFolder(String name) throws IOException {
        Path kept = cache.resolve(name);
        if (Files.isSymbolicLink(kept)) {
            Files.delete(kept);
        }
        return kept;
    }

    /** What git calls a file of the app, by its name in the folder: the pusher's commands are for the repository's root. */
    public String inRepository(String name) {
        return tree.relativize(folder.resolve(name)).toString();
    }

    /** This build in a folder of its folder. */
    public Build in(Path part) {
        return new Build(tree, part, cache, temp, environment, config, runtimes, run);
    }

    /** This build for the next buildpack, with what the one before exports. */
    public Build after(BuiltApp built) {
        Map<String, String> more = new TreeMap<>(environment);
        more.putAll(built.exports());
        return new Build(tree, folder, cache, temp, more, config, runtimes, run);
    }

    /** This build, with another bound for its programs. */
    public Build within(TreeBound bound) {
        Run bounded = new Run(run.mark(), run.deadline(), bound, run.transcript(), run.cancellation());
        return new Build(tree, folder, cache, temp, environment, config, runtimes, bounded);
    }
}
