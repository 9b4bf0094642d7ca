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
 * @param tree the folder of the whole source
 * @param folder the app's folder, the tree or a folder in it, which is built in place
 * @param cache the cache of this app's builds; exists; never shared between apps
 * @param temp a private folder for temporary files; exists; deleted after the build
 * @param environment all variables of the build's programs: PATH, HOME, LANG, the mark and the app's config vars
 * @param run how its programs run
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
     * @param mark a variable {@code NAME=value} that no other build has
     * @param deadline when the build must have ended
     * @param bound the limits of each program
     * @param transcript shows lines to the pusher
     * @param cancellation cancelled when the pusher has left
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

    /** Deletes committed files that a build makes anew, and tells how to remove them from the repository. */
    public void removeCommitted(String name, String instead) throws IOException {
        if (Files.exists(folder.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
            transcript()
                    .problem(name + " is committed: it is " + instead + "; remove it with `git rm -r --cached "
                            + inRepository(name) + "` and list it in .gitignore");
            FileTree.delete(folder.resolve(name));
        }
    }

    /**
     * The folder of that name in the cache, for the agent itself to read and write; it need not exist. A link there, by
     * which an earlier build could lead the agent elsewhere, is deleted.
     */
    public Path cacheFolder(String name) throws IOException {
        Path kept = cache.resolve(name);
        if (Files.isSymbolicLink(kept)) {
            Files.delete(kept);
        }
        return kept;
    }

    /** The path of an app's file in the repository, for commands of the pusher in its root. */
    public String inRepository(String name) {
        return tree.relativize(folder.resolve(name)).toString();
    }

    /** This build in a folder of its folder. */
    public Build in(Path part) {
        return new Build(tree, part, cache, temp, environment, config, runtimes, run);
    }

    /** This build for the next buildpack, with the exports of the one before. */
    public Build after(BuiltApp built) {
        Map<String, String> more = new TreeMap<>(environment);
        more.putAll(built.exports());
        return new Build(tree, folder, cache, temp, more, config, runtimes, run);
    }

    /** This build with another bound for its programs. */
    public Build within(TreeBound bound) {
        Run bounded = new Run(run.mark(), run.deadline(), bound, run.transcript(), run.cancellation());
        return new Build(tree, folder, cache, temp, environment, config, runtimes, bounded);
    }
}
