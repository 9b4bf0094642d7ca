package dev.tinyserv.buildpacks.buildpack.ruby;

import dev.tinyserv.buildpacks.buildpack.Build;
import dev.tinyserv.buildpacks.buildpack.Buildpack;
import dev.tinyserv.buildpacks.buildpack.BuiltApp;
import dev.tinyserv.buildpacks.buildpack.Plan;
import dev.tinyserv.buildpacks.buildpack.Tools;
import dev.tinyserv.buildpacks.runtime.Installed;
import dev.tinyserv.buildpacks.runtime.RuntimeKind;
import dev.tinyserv.buildpacks.runtime.Toolchain;
import dev.tinyserv.buildpacks.runtime.VersionFiles;
import dev.tinyserv.buildpacks.runtime.Wish;
import dev.tinyserv.buildpacks.source.AppSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Builds what has a {@code Gemfile}: installs its gems with Bundler, and compiles its assets. */
public final class RubyBuildpack implements Buildpack {
    private static final String WITHOUT = "BUNDLE_WITHOUT";

    @Override
    public String name() {
        return "ruby";
    }

    @Override
    public Optional<Toolchain> toolchain() {
        return Optional.of(Toolchain.of("Ruby", RuntimeKind.RUBY, Bundler.TOOL));
    }

    @Override
    public boolean detects(AppSource source) throws IOException {
        return source.exists(Gemfile.NAME);
    }

    @Override
    public Plan plan(Build build) throws IOException {
        Path folder = build.folder();
        Installed ruby = ruby(build, Gemfile.read(folder));
        GemfileLock lock = GemfileLock.read(folder);
        Bundler.require(build, ruby.bin());
        return Plan.runningIfAny("ruby " + ruby.version() + " with bundle", defaultProcesses(folder, lock));
    }

    /** Without a lock file only Bundler will tell which gems there are. */
    @Override
    public boolean mayTellHowItRuns(Build build) throws IOException {
        Path folder = build.folder();
        return !GemfileLock.isIn(folder)
                || !defaultProcesses(folder, GemfileLock.read(folder)).isEmpty();
    }

    private static Installed ruby(Build build, Gemfile gemfile) throws IOException {
        return build.runtimes().choose(RuntimeKind.RUBY, wish(build.folder(), gemfile), build.transcript());
    }

    @Override
    public BuiltApp build(Build build) throws IOException {
        Path folder = build.folder();
        Gemfile gemfile = Gemfile.read(folder);
        boolean locked = GemfileLock.isIn(folder);
        Installed ruby = ruby(build, gemfile);
        build.transcript().step("Building with ruby " + ruby.version());
        if (!locked) {
            build.transcript().problem("no Gemfile.lock: commit one, so that builds are repeatable and faster");
        }
        Map<String, String> environment = environment(locked, GemfileLock.read(folder));
        Bundler bundler = new Bundler(build, ruby.bin(), environment);
        String without = build.environment().getOrDefault(WITHOUT, environment.getOrDefault(WITHOUT, ""));
        Gems gems = new Gems(build, bundler);
        gems.install(ruby.version(), without);
        // Where there was none, Bundler has written one.
        GemfileLock lock = GemfileLock.read(folder);
        Map<String, String> atStart = environment(locked, lock);
        Assets.compile(build, new Bundler(build, ruby.bin(), atStart), lock);
        gems.finish();
        Tools.of(build).useAtStart(RuntimeKind.RUBY, ruby.bin());
        return new BuiltApp(name(), defaultProcesses(folder, lock), atStart)
                .exporting(Tools.of(build)
                        .unlessSet(atStart)
                        .using(RuntimeKind.RUBY, ruby.bin())
                        .export(atStart.keySet()));
    }

    private static Optional<Wish> wish(Path folder, Gemfile gemfile) throws IOException {
        return VersionFiles.first(
                () -> gemfile.wish(folder),
                () -> GemfileLock.read(folder).wish(),
                () -> VersionFiles.plain(folder, ".ruby-version"),
                () -> VersionFiles.toolVersions(folder, RuntimeKind.RUBY));
    }

    /** The same in the build and at the start, so that both look for gems in the same place, relative to the app. */
    private static Map<String, String> environment(boolean locked, GemfileLock lock) {
        Map<String, String> all = new TreeMap<>(
                Map.of("BUNDLE_PATH", Gems.FOLDER, WITHOUT, "development:test", "RACK_ENV", "production"));
        if (locked) {
            all.putAll(Map.of("BUNDLE_DEPLOYMENT", "1", "BUNDLE_FROZEN", "1"));
        }
        if (lock.has("rails")) {
            all.putAll(Map.of(
                    "RAILS_ENV", "production",
                    "RAILS_LOG_TO_STDOUT", "enabled",
                    "RAILS_SERVE_STATIC_FILES", "enabled"));
        }
        return all;
    }

    private static Map<String, String> defaultProcesses(Path folder, GemfileLock lock) {
        if (lock.has("rails")) {
            String rails = Files.isRegularFile(folder.resolve("bin/rails")) ? "bin/rails" : "bundle exec rails";
            return Map.of("web", rails + " server -b 0.0.0.0 -p $PORT -e $RAILS_ENV");
        }
        if (!Files.isRegularFile(folder.resolve("config.ru"))) {
            return Map.of();
        }
        if (lock.has("puma")) {
            return Map.of("web", "bundle exec puma -p $PORT");
        }
        return lock.has("rack") ? Map.of("web", "bundle exec rackup config.ru -p $PORT -o 0.0.0.0") : Map.of();
    }
}
