package dev.tinyserv.buildpacks.buildpack.ruby;

import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.buildpack.Build;
import dev.tinyserv.buildpacks.buildpack.DependencyCache;
import dev.tinyserv.buildpacks.buildpack.Fingerprint;
import dev.tinyserv.buildpacks.buildpack.InstallSettings;
import dev.tinyserv.buildpacks.runtime.Version;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An app's gems, in {@code vendor/bundle}: those of its last build if nothing changed, else those that Bundler gets. */
final class Gems {
    static final String FOLDER = "vendor/bundle";

    private static final String[] VARIABLES = {"bundle", "gem_", "rubygems_", "rubyopt"};

    private final Build build;
    private final Bundler bundler;
    private final Path folder;
    private final DependencyCache cache;
    private @Nullable String installed;

    Gems(Build build, Bundler bundler) {
        this.build = build;
        this.bundler = bundler;
        this.folder = build.folder().resolve(FOLDER);
        this.cache = new DependencyCache(build, "ruby", FOLDER);
    }

    /**
     * Installs them.
     *
     * @param ruby for which native code is compiled
     * @param without the groups that are left out
     */
    void install(Version ruby, String without) throws IOException {
        build.transcript().step("Installing gems");
        removeWhatWasCommitted();
        String key = key(ruby, without);
        try {
            boolean kept = cache.restore(key);
            if (kept) {
                build.transcript().detail("nothing changed: gems of the last build");
            }
            // Also where all gems are there: it alone can tell whether Gemfile and lock file agree.
            bundler.install();
            removeArchives();
            if (!kept) {
                cache.save(key);
            }
            installed = key;
        } finally {
            Bundler.downloads(build).bound();
        }
    }

    /** To be called when no more programs of the app run. */
    void finish() throws IOException {
        if (installed != null) {
            cache.share(installed);
        }
    }

    private void removeWhatWasCommitted() throws IOException {
        Path vendor = build.folder().resolve("vendor");
        if (Files.exists(vendor, LinkOption.NOFOLLOW_LINKS) && !Files.isDirectory(vendor, LinkOption.NOFOLLOW_LINKS)) {
            throw new Refusal("vendor is a file or a link, but the gems go there: make it a folder");
        }
        build.removeCommitted(FOLDER, "installed anew");
        Files.createDirectories(vendor);
        // It would win over our variables, now and whenever the app starts.
        build.removeCommitted(".bundle", "not used");
    }

    /** The archives from which gems were installed are of no more use in a slug. */
    private void removeArchives() throws IOException {
        Path versions = folder.resolve("ruby");
        if (FileTree.isBehindLink(build.folder(), versions)
                || !Files.isDirectory(versions, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        for (Path ruby : FileTree.entries(versions, "*")) {
            FileTree.deleteBelow(versions, ruby.resolve("cache"));
        }
    }

    /** The Gemfile says which group a gem is in; the lock file does not. */
    private String key(Version ruby, String without) throws IOException {
        Fingerprint key =
                new Fingerprint().add("ruby " + ruby + " without " + without).addProgram(bundler.program());
        new InstallSettings(build, VARIABLES)
                .withFiles(List.of(Gemfile.NAME, GemfileLock.NAME))
                .withFiles(Gemfile.read(build.folder()).files())
                .addTo(key);
        for (Path gem : committedGems()) {
            key.add(gem);
        }
        return key.hex();
    }

    /** What {@code bundle cache} put into the repository; it can change while the lock file stays as it is. */
    private List<Path> committedGems() throws IOException {
        List<Path> gems = new ArrayList<>();
        Path committed = build.folder().resolve("vendor/cache");
        if (Files.isDirectory(committed, LinkOption.NOFOLLOW_LINKS)) {
            gems.addAll(FileTree.entries(committed, "*.gem"));
        }
        gems.sort(Comparator.naturalOrder());
        return gems;
    }
}
