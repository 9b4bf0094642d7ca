package dev.tinyserv.buildpacks.buildpack.ruby;

import dev.tinyserv.buildpacks.buildpack.AskedVersion;
import dev.tinyserv.buildpacks.buildpack.BoundedFolder;
import dev.tinyserv.buildpacks.buildpack.Build;
import dev.tinyserv.buildpacks.buildpack.Tools;
import dev.tinyserv.buildpacks.buildpack.UnsetVariables;
import dev.tinyserv.buildpacks.buildpack.UnsetVariables.Place;
import dev.tinyserv.buildpacks.process.Command;
import dev.tinyserv.buildpacks.runtime.RuntimeKind;
import dev.tinyserv.buildpacks.runtime.Tool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Bundler, as one build uses it. It is told what to do by variables alone: what it would write into a configuration
 * file holds the folder of the build.
 */
final class Bundler {
    static final Tool TOOL = Tool.needed("bundle", RuntimeKind.RUBY.remedy());

    private static final long MAX_DOWNLOADS = 500L << 20;

    /** For an app's tasks, which may load all of it: they need a key, but it protects nothing. */
    private static final Map<String, String> FOR_TASKS =
            Map.of("SECRET_KEY_BASE_DUMMY", "1", "SECRET_KEY_BASE", "only-for-the-build");

    /** By {@code ENV["NAME"]} or {@code ENV.fetch("NAME")}, without a default. */
    private static final List<Place> GEMFILE = List.of(
            new Place(
                    Gemfile.NAME,
                    Pattern.compile(
                            "ENV(?:\\[|\\.fetch\\(?)\\s*[\"']([A-Za-z_][A-Za-z0-9_]{0,99})[\"']\\s*[\\])]?+(?!\\s*(?:,|\\|\\|))")));

    private final Build build;
    private final Tools tools;

    /** The one that belongs to the ruby in that folder, with the variables that the app's processes get, too. */
    Bundler(Build build, Path bin, Map<String, String> environment) throws IOException {
        this.build = build;
        this.tools = Tools.of(build)
                .unlessSet(environment)
                .unlessSet(Map.of(
                        "BUNDLE_GLOBAL_GEM_CACHE", "true",
                        "BUNDLE_SILENCE_ROOT_WARNING", "true",
                        "BUNDLE_USER_CACHE", downloads(build).folder().toString()))
                .using(RuntimeKind.RUBY, bin);
        require(build, bin);
    }

    /** Refuses if it is not on the server. */
    static void require(Build build, Path bin) {
        Tools.of(build).using(RuntimeKind.RUBY, bin).require(TOOL);
    }

    /** What it downloaded and compiled for an app's builds; Bundler removes nothing from it. */
    static BoundedFolder downloads(Build build) throws IOException {
        return new BoundedFolder(build.cacheFolder("bundler"), MAX_DOWNLOADS);
    }

    /** Where it is. */
    Optional<Path> program() {
        return tools.find(TOOL.program());
    }

    /** Installs the gems and shows the output; a failure tells what to do. */
    void install() throws IOException {
        GemfileLock.read(build.folder())
                .bundler()
                .ifPresent(wish -> AskedVersion.tell(
                        tools,
                        build.transcript(),
                        "bundle",
                        wish,
                        "on the server: gem install bundler -v " + wish.text()));
        BundlerOutput output = new BundlerOutput(build.transcript());
        tools.run(
                List.of("bundle", "install"),
                output,
                failure -> UnsetVariables.remedy(output.remedy(), build.folder(), GEMFILE, tools::isSet));
    }

    /** Runs a task of the Rakefile and shows its output. */
    void rake(String task) {
        tools.unlessSet(FOR_TASKS).run("bundle", "exec", "rake", task);
    }

    /** Rake with arguments, of which the caller wants the output. */
    Command askRake(String... arguments) {
        List<String> all = new ArrayList<>(List.of("bundle", "exec", "rake"));
        all.addAll(List.of(arguments));
        return tools.unlessSet(FOR_TASKS).command(all).called(String.join(" ", all));
    }
}
