package dev.tinyserv.buildpacks.buildpack.php;

import dev.tinyserv.buildpacks.buildpack.BoundedFolder;
import dev.tinyserv.buildpacks.buildpack.Build;
import dev.tinyserv.buildpacks.buildpack.DependencyCache;
import dev.tinyserv.buildpacks.buildpack.Fingerprint;
import dev.tinyserv.buildpacks.buildpack.InstallSettings;
import dev.tinyserv.buildpacks.runtime.Version;
import dev.tinyserv.buildpacks.runtime.VersionRange;
import dev.tinyserv.buildpacks.runtime.Wish;
import dev.tinyserv.buildpacks.source.FolderFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Gets an app's packages, without those for development. Composer runs even if the packages of the last build fit: it
 * writes the list of the app's own classes, checks the extensions, and runs the app's scripts.
 */
final class Install {
    private static final String LOCK = "composer.lock";
    /** Config vars that do what {@link ComposerJson#isCacheable} looks for. */
    private static final List<String> OTHER_PLACES = List.of("COMPOSER_VENDOR_DIR", "COMPOSER_MIRROR_PATH_REPOS");

    /** Heroku's, which counts if it is there, be it empty. */
    private static final String DEVELOPMENT = "HEROKU_PHP_INSTALL_DEV";

    /** Composer's own. */
    private static final String NO_DEVELOPMENT = "COMPOSER_NO_DEV";

    private static final Set<String> NO = Set.of("0", "false", "no");

    private static final int MOST_LOCK = 16 << 20;
    private static final Pattern WRITTEN_BY = Pattern.compile("\"plugin-api-version\":\\s{0,8}\"(\\d[0-9.]{0,20})\"");

    private final Build build;
    private final ComposerJson app;
    private final Composer composer;
    private final Version version;
    private final DependencyCache cache;
    private @Nullable String shared;

    Install(Build build, ComposerJson app, Composer composer, Version version) {
        this.build = build;
        this.app = app;
        this.composer = composer;
        this.version = version;
        this.cache = new DependencyCache(build, "php", ComposerJson.VENDOR);
    }

    void run() throws IOException {
        build.transcript().step("Installing dependencies");
        removeCommittedPackages();
        composer.tellOfAnotherVersion(lockedBy());
        if (!Files.exists(build.folder().resolve(LOCK), LinkOption.NOFOLLOW_LINKS)) {
            build.transcript().problem("no composer.lock: commit one, so that builds are repeatable and faster");
        }
        try {
            install();
        } finally {
            new BoundedFolder(build.cacheFolder("composer")).bound();
        }
    }

    /** The Composer whose plugins the lock file is for, which is the one that wrote it; an older one may not read it. */
    private Optional<Wish> lockedBy() throws IOException {
        Matcher written = WRITTEN_BY.matcher(FolderFile.text(build.folder(), LOCK, MOST_LOCK));
        return !written.find()
                ? Optional.empty()
                : Version.parse(written.group(1))
                        .map(least -> new Wish(written.group(1), LOCK, VersionRange.from(least)));
    }

    /** To be called when no more scripts run. */
    void finish() throws IOException {
        if (shared != null) {
            cache.share(shared);
        }
    }

    private void install() throws IOException {
        boolean cacheable = app.isCacheable() && OTHER_PLACES.stream().noneMatch(build.environment()::containsKey);
        String key = key();
        boolean restored = cacheable && cache.restore(key);
        if (restored) {
            build.transcript().detail("nothing changed: vendor of the last build");
        }
        composer.install(!keepsDevelopmentPackages());
        if (cacheable && !restored) {
            cache.save(key);
        }
        if (cacheable) {
            shared = key;
        }
    }

    private boolean keepsDevelopmentPackages() {
        Map<String, String> variables = build.environment();
        return variables.containsKey(DEVELOPMENT)
                || NO.contains(
                        variables.getOrDefault(NO_DEVELOPMENT, "1").strip().toLowerCase(Locale.ROOT));
    }

    private String key() throws IOException {
        Fingerprint key = new Fingerprint().add("php " + version).addProgram(composer.program());
        new InstallSettings(build, "composer", DEVELOPMENT)
                .withFiles(List.of(ComposerJson.NAME, LOCK))
                .addTo(key);
        return key.hex();
    }

    private void removeCommittedPackages() throws IOException {
        Path vendor = build.folder().resolve(ComposerJson.VENDOR);
        boolean composers = Files.isSymbolicLink(vendor) || Files.exists(vendor.resolve("composer"));
        if (composers) {
            build.removeCommitted(ComposerJson.VENDOR, "installed anew");
        }
    }
}
