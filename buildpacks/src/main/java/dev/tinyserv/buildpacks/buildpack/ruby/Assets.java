package dev.tinyserv.buildpacks.buildpack.ruby;

import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.buildpack.Build;
import dev.tinyserv.buildpacks.process.CommandFailed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What a browser gets of a Rails app, and of others with the same task: compiled by {@code assets:precompile}. */
final class Assets {
    private static final String TASK = "assets:precompile";

    private Assets() {}

    /** Compiles them, if the app's Rakefile has the task. */
    static void compile(Build build, Bundler bundler, GemfileLock lock) {
        if (hasRakefile(build.folder()) && lock.has("rake") && hasTask(build, bundler, lock)) {
            build.transcript().step("Compiling assets");
            bundler.rake(TASK);
        }
    }

    private static boolean hasRakefile(Path folder) {
        return Stream.of("Rakefile", "rakefile", "Rakefile.rb", "rakefile.rb")
                .anyMatch(name -> Files.isRegularFile(folder.resolve(name)));
    }

    /** A Rakefile that cannot be loaded is a mistake in a Rails app; elsewhere it may be meant for development only. */
    private static boolean hasTask(Build build, Bundler bundler, GemfileLock lock) {
        try {
            List<String> tasks = bundler.askRake("--prereqs").collect().lines();
            return tasks.contains("rake " + TASK);
        } catch (CommandFailed e) {
            build.cancellation().check();
            e.lastLines().forEach(line -> build.transcript().detail(line));
            if (lock.has("rails")) {
                throw new Refusal(
                        e.getMessage() + ": the Rakefile does not load without the groups development and" + " test",
                        e);
            }
            build.transcript().problem("the Rakefile does not load: its tasks are not run");
            return false;
        }
    }
}
