package dev.tinyserv.buildpacks.buildpack.deno;

import dev.tinyserv.buildpacks.buildpack.Build;
import dev.tinyserv.buildpacks.buildpack.Buildpack;
import dev.tinyserv.buildpacks.buildpack.BuiltApp;
import dev.tinyserv.buildpacks.buildpack.DependencyCache;
import dev.tinyserv.buildpacks.buildpack.Fingerprint;
import dev.tinyserv.buildpacks.buildpack.InstallSettings;
import dev.tinyserv.buildpacks.buildpack.Plan;
import dev.tinyserv.buildpacks.buildpack.StartProfile;
import dev.tinyserv.buildpacks.buildpack.Tools;
import dev.tinyserv.buildpacks.runtime.Installed;
import dev.tinyserv.buildpacks.runtime.RuntimeKind;
import dev.tinyserv.buildpacks.runtime.Toolchain;
import dev.tinyserv.buildpacks.runtime.VersionFiles;
import dev.tinyserv.buildpacks.runtime.Wish;
import dev.tinyserv.buildpacks.source.AppSource;
import dev.tinyserv.buildpacks.source.FolderFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Builds what has a {@code deno.json}: fetches what it imports into the slug, runs its build task, and checks its types,
 * because Deno itself runs what is wrong.
 */
public final class DenoBuildpack implements Buildpack {
    /** In the slug, so that an app starts without a network, and a release keeps what it was built with. */
    private static final String MODULES = ".deno";

    private static final String LOCK = "deno.lock";
    private static final String[] VARIABLES = {"deno_", "npm_config_", "jsr_"};
    private static final String PERMISSIONS = "--allow-net --allow-env --allow-read";
    private static final Map<String, String> QUIET = Map.of("DENO_NO_UPDATE_CHECK", "1", "DENO_NO_PROMPT", "1");

    @Override
    public String name() {
        return "deno";
    }

    @Override
    public Optional<Toolchain> toolchain() {
        return Optional.of(Toolchain.of("Deno", RuntimeKind.DENO));
    }

    /** An app for Node.js may have a deno.json for Deno's linter only. */
    @Override
    public boolean detects(AppSource source) throws IOException {
        for (String name : DenoConfig.NAMES) {
            Optional<byte[]> content = source.read(name, DenoConfig.MAX_BYTES);
            if (content.isPresent()) {
                return !source.exists("package.json")
                        || DenoConfig.parse(name, content.get()).hasTask("start");
            }
        }
        return source.exists(LOCK) && !source.exists("package.json");
    }

    @Override
    public Plan plan(Build build) throws IOException {
        Optional<DenoConfig> config = config(build.folder());
        return Plan.runningIfAny(
                "deno " + deno(build).version(), defaultProcesses(config, DenoEntries.of(build.folder(), config)));
    }

    private static Installed deno(Build build) throws IOException {
        return build.runtimes().choose(RuntimeKind.DENO, wish(build.folder()), build.transcript());
    }

    @Override
    public BuiltApp build(Build build) throws IOException {
        Path folder = build.folder();
        Installed deno = deno(build);
        Tools tools = Tools.of(build)
                .unlessSet(QUIET)
                .with(Map.of("DENO_DIR", folder.resolve(MODULES).toString(), "NO_COLOR", "1"))
                .using(RuntimeKind.DENO, deno.bin());
        build.transcript().step("Building with deno " + deno.version());
        Optional<DenoConfig> config = config(folder);
        List<String> entries = DenoEntries.of(folder, config);
        Sharing sharing = install(build, tools, entries, deno);
        if (config.isPresent() && config.get().hasTask("build")) {
            build.transcript().step("Running build");
            tools.run("deno", "task", "build");
        }
        check(build, tools, entries);
        sharing.share();
        tools.useAtStart(RuntimeKind.DENO, deno.bin());
        StartProfile.add(folder, "deno", "export DENO_DIR=\"$PWD/" + MODULES + "\"\n");
        return new BuiltApp(name(), defaultProcesses(config, entries), QUIET)
                .exporting(tools.export(Set.of("DENO_DIR")));
    }

    private static Optional<Wish> wish(Path folder) throws IOException {
        Optional<Wish> wish = VersionFiles.plain(folder, ".dvmrc");
        return wish.isPresent() ? wish : VersionFiles.toolVersions(folder, RuntimeKind.DENO);
    }

    private static Optional<DenoConfig> config(Path folder) throws IOException {
        for (String name : DenoConfig.NAMES) {
            Optional<byte[]> content = FolderFile.read(folder, name, DenoConfig.MAX_BYTES);
            if (content.isPresent()) {
                return Optional.of(DenoConfig.parse(name, content.get()));
            }
        }
        return Optional.empty();
    }

    private interface Sharing {
        void share() throws IOException;
    }

    /** Returns what is to be done when no more scripts run. */
    private static Sharing install(Build build, Tools tools, List<String> entries, Installed deno) throws IOException {
        Path folder = build.folder();
        boolean locked = Files.isRegularFile(folder.resolve(LOCK), LinkOption.NOFOLLOW_LINKS);
        build.transcript().step("Installing dependencies");
        String key = key(build, deno);
        DependencyCache cache = new DependencyCache(build, "deno", MODULES);
        boolean kept = locked && cache.restore(key);
        if (kept) {
            build.transcript().detail("nothing changed: the modules of the last build");
        }
        List<String> command = new ArrayList<>(List.of("deno", "install"));
        if (locked) {
            command.add("--frozen");
        }
        if (!entries.isEmpty()) {
            command.add("--entrypoint");
            command.addAll(entries);
        }
        tools.run(
                command,
                build.transcript()::detail,
                failure -> failure.lastLines().stream().anyMatch(line -> line.contains("lockfile is out of date"))
                        ? ": deno.lock does not fit; run `deno install` and commit deno.lock"
                        : "");
        if (locked && !kept) {
            cache.save(key);
        } else if (!locked && Files.isRegularFile(folder.resolve(LOCK), LinkOption.NOFOLLOW_LINKS)) {
            build.transcript().problem("no deno.lock: commit one, so that builds are repeatable and faster");
        }
        return locked ? () -> cache.share(key) : () -> {};
    }

    private static String key(Build build, Installed deno) throws IOException {
        Fingerprint key = new Fingerprint().add("deno " + deno.version());
        new InstallSettings(build, VARIABLES)
                .withFiles(DenoConfig.NAMES)
                .withFiles(List.of(LOCK, "package.json", ".npmrc"))
                .addTo(key);
        return key.hex();
    }

    private static void check(Build build, Tools tools, List<String> entries) {
        if (entries.isEmpty()) {
            return;
        }
        build.transcript().step("Checking types");
        List<String> command = new ArrayList<>(List.of("deno", "check"));
        command.addAll(entries);
        tools.run(command, build.transcript()::detail, failure -> "");
    }

    private static Map<String, String> defaultProcesses(Optional<DenoConfig> config, List<String> entries) {
        if (config.isPresent() && config.get().hasTask("start")) {
            return Map.of("web", "deno task start");
        }
        return entries.isEmpty() ? Map.of() : Map.of("web", "deno run " + PERMISSIONS + " " + entries.get(0));
    }
}
