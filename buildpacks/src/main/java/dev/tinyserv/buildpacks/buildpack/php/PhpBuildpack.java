package dev.tinyserv.buildpacks.buildpack.php;

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
import dev.tinyserv.buildpacks.runtime.VersionPrefix;
import dev.tinyserv.buildpacks.runtime.VersionRange;
import dev.tinyserv.buildpacks.runtime.Wish;
import dev.tinyserv.buildpacks.source.AppSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Builds what has a {@code composer.json} or an {@code index.php}: installs its packages with Composer. An app with
 * nothing to install starts no Composer at all.
 */
public final class PhpBuildpack implements Buildpack {
    private static final String INDEX = "index.php";

    /** Lets the Procfile's commands find the programs of packages. */
    private static final String PROFILE = "export PATH=\"$PWD/vendor/bin:$PATH\"\n";

    @Override
    public String name() {
        return "php";
    }

    @Override
    public Optional<Toolchain> toolchain() {
        return Optional.of(Toolchain.of("PHP", RuntimeKind.PHP, Composer.TOOL));
    }

    @Override
    public boolean detects(AppSource source) throws IOException {
        return source.exists(ComposerJson.NAME) || source.exists(INDEX);
    }

    @Override
    public Plan plan(Build build) throws IOException {
        ComposerJson app = ComposerJson.read(build.folder());
        Installed php = php(build, wish(build.folder(), app));
        String with = "php " + php.version();
        if (app.needsInstall()) {
            Composer.require(build, php.bin());
            with += " with composer";
        }
        return Plan.runningIfAny(with, defaultProcesses(build.folder()));
    }

    /** Packages and their scripts may bring an index.php, too. */
    @Override
    public boolean mayTellHowItRuns(Build build) throws IOException {
        ComposerJson app = ComposerJson.read(build.folder());
        return app.hasScripts() || !defaultProcesses(build.folder()).isEmpty();
    }

    private static Installed php(Build build, Optional<Wish> wish) {
        return build.runtimes().choose(RuntimeKind.PHP, wish, build.transcript());
    }

    @Override
    public BuiltApp build(Build build) throws IOException {
        ComposerJson app = ComposerJson.read(build.folder());
        Optional<Wish> wish = wish(build.folder(), app);
        boolean compiles = app.hasScript("compile");
        Path bin;
        if (app.needsInstall() || compiles) {
            Installed php = php(build, wish);
            bin = php.bin();
            build.transcript().step("Building with php " + php.version());
            Composer composer = new Composer(build, bin);
            Install install = new Install(build, app, composer, php.version());
            install.run();
            if (compiles) {
                build.transcript().step("Running compile");
                composer.run("run-script", "--no-dev", "--no-interaction", "compile");
            }
            install.finish();
        } else {
            bin = build.runtimes().bin(RuntimeKind.PHP, wish, build.transcript());
            build.transcript().step("Building with php: no dependencies to install");
        }
        Tools.of(build).useAtStart(RuntimeKind.PHP, bin);
        if (Files.isDirectory(build.folder().resolve(ComposerJson.VENDOR).resolve("bin"))) {
            StartProfile.add(build.folder(), "php", PROFILE);
        }
        return new BuiltApp(name(), defaultProcesses(build.folder()), Map.of("PHP_CLI_SERVER_WORKERS", "4"))
                .exporting(Tools.of(build)
                        .using(RuntimeKind.PHP, bin)
                        .exportWith(build.folder().resolve(ComposerJson.VENDOR).resolve("bin")));
    }

    private static Optional<Wish> wish(Path folder, ComposerJson app) throws IOException {
        if (!app.phpRange().isEmpty()) {
            VersionRange range = VersionRange.orNone(ComposerRange.parse(app.phpRange()));
            return Optional.of(new Wish(app.phpRange(), ComposerJson.NAME, range));
        }
        if (!app.platformPhp().isEmpty()) {
            return VersionPrefix.parse(app.platformPhp())
                    .map(version -> new Wish(app.platformPhp(), ComposerJson.NAME, sameMinor(version)));
        }
        return VersionFiles.toolVersions(folder, RuntimeKind.PHP);
    }

    /** What is said there is the version that packages are chosen for: any patch of it runs them. */
    private static VersionRange sameMinor(VersionPrefix version) {
        return VersionRange.of(new VersionPrefix(version.major(), version.minor(), null));
    }

    /** PHP's own server, in the folder where frameworks keep what the world may see. */
    private static Map<String, String> defaultProcesses(Path folder) {
        return List.of("public", "web", ".").stream()
                .filter(root -> Files.isRegularFile(folder.resolve(root).resolve(INDEX)))
                .findFirst()
                .map(root -> Map.of("web", "php -S 0.0.0.0:$PORT -t " + root))
                .orElse(Map.of());
    }
}
