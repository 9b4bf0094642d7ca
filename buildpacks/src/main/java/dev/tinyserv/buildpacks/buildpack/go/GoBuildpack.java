package dev.tinyserv.buildpacks.buildpack.go;

import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.buildpack.Build;
import dev.tinyserv.buildpacks.buildpack.Buildpack;
import dev.tinyserv.buildpacks.buildpack.BuiltApp;
import dev.tinyserv.buildpacks.buildpack.Plan;
import dev.tinyserv.buildpacks.buildpack.StartProfile;
import dev.tinyserv.buildpacks.buildpack.Tools;
import dev.tinyserv.buildpacks.runtime.Installed;
import dev.tinyserv.buildpacks.runtime.RuntimeKind;
import dev.tinyserv.buildpacks.runtime.Toolchain;
import dev.tinyserv.buildpacks.runtime.VersionFiles;
import dev.tinyserv.buildpacks.runtime.Wish;
import dev.tinyserv.buildpacks.source.AppSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Builds what has a {@code go.mod}: compiles its programs into {@code bin}. What was compiled before is kept by the go
 * command itself, which knows best what has to be compiled anew.
 */
public final class GoBuildpack implements Buildpack {
    private static final String BIN = "bin";

    /** Lets the Procfile's commands find the programs by their names. */
    private static final String PROFILE = "export PATH=\"$PWD/bin:$PATH\"\n";

    @Override
    public String name() {
        return "go";
    }

    @Override
    public Optional<Toolchain> toolchain() {
        return Optional.of(Toolchain.of("Go", RuntimeKind.GO));
    }

    @Override
    public boolean detects(AppSource source) throws IOException {
        return source.exists(GoMod.NAME);
    }

    @Override
    public Plan plan(Build build) throws IOException {
        return Plan.undecided("go " + go(build, GoMod.read(build.folder())).version());
    }

    private static Installed go(Build build, GoMod module) throws IOException {
        return build.runtimes().choose(RuntimeKind.GO, wish(build.folder(), module), build.transcript());
    }

    @Override
    public BuiltApp build(Build build) throws IOException {
        GoMod module = GoMod.read(build.folder());
        Installed installed = go(build, module);
        build.transcript().step("Building with go " + installed.version());
        GoCaches caches = GoCaches.of(build);
        GoCommand go = new GoCommand(build, installed, caches);
        try {
            List<MainPackage> packages = MainPackage.wanted(go, build.folder(), named(build, module));
            compile(build, go, caches, packages);
            StartProfile.add(build.folder(), "go", PROFILE);
            return new BuiltApp(name(), defaultProcesses(packages), Map.of())
                    .exporting(Tools.of(build)
                            .using(RuntimeKind.GO, installed.bin())
                            .exportWith(build.folder().resolve("bin")));
        } finally {
            caches.bound();
        }
    }

    /** A version manager's file names one version; {@code go.mod} only the oldest that will do. */
    private static Optional<Wish> wish(Path folder, GoMod module) throws IOException {
        return VersionFiles.first(
                () -> VersionFiles.plain(folder, ".go-version"),
                () -> VersionFiles.toolVersions(folder, RuntimeKind.GO),
                module::wish);
    }

    private static List<String> named(Build build, GoMod module) {
        String spec =
                build.environment().getOrDefault("GO_INSTALL_PACKAGE_SPEC", "").strip();
        return spec.isEmpty() ? module.install() : List.of(spec.split("\\s+", -1));
    }

    private static void compile(Build build, GoCommand go, GoCaches caches, List<MainPackage> packages)
            throws IOException {
        Path bin = build.folder().resolve(BIN);
        if (Files.exists(bin, LinkOption.NOFOLLOW_LINKS) && !Files.isDirectory(bin, LinkOption.NOFOLLOW_LINKS)) {
            throw new Refusal("bin is a file or a link, but the programs go there: remove it");
        }
        Files.createDirectories(bin);
        build.transcript()
                .detail(
                        caches.compiled().isThere()
                                ? "packages that did not change are kept from the last build"
                                : "nothing is compiled yet: the next build will be faster");
        List<String> arguments = new ArrayList<>(List.of("build", "-o", BIN + "/"));
        packages.forEach(each -> arguments.add(each.path()));
        go.run(arguments);
    }

    private static Map<String, String> defaultProcesses(List<MainPackage> packages) {
        return packages.size() == 1 ? Map.of("web", BIN + "/" + packages.get(0).program()) : Map.of();
    }
}
