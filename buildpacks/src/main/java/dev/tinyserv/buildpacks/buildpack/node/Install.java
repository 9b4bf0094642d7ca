package dev.tinyserv.buildpacks.buildpack.node;

import dev.tinyserv.buildpacks.buildpack.Build;
import dev.tinyserv.buildpacks.buildpack.DependencyCache;
import dev.tinyserv.buildpacks.runtime.Version;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Gets an app's dependencies: from its last build if nothing changed, else from the package manager. Where scripts of the
 * app run, those for development are there until {@link #finish()}, and the scripts may change what they like.
 */
final class Install {
    private final Build build;
    private final PackageJson app;
    private final NodePackages packages;
    private final PackageManager manager;
    private final InstalledModules modules;
    private final DependencyCache cache;
    private final YarnArchives archives;
    private final Optional<String> keeper;
    private boolean pruned;
    private boolean locked;
    private @Nullable String changing;

    Install(Build build, PackageJson app, NodePackages packages, Version version) throws IOException {
        this.build = build;
        this.app = app;
        this.packages = packages;
        this.manager = packages.manager();
        this.modules = new InstalledModules(build, app, packages, version);
        this.cache = new DependencyCache(build, "node", modules.parts());
        this.archives = new YarnArchives(build.folder());
        this.keeper = DevelopmentDependencies.keptBy(build.environment());
    }

    void run() throws IOException {
        build.removeCommitted(PackageJson.MODULES, "installed anew");
        try {
            install();
        } finally {
            packages.boundDownloads();
        }
    }

    /** Takes away what was for development, when no more scripts run. */
    void finish() throws IOException {
        if (!pruned) {
            prune();
        }
        if (changing != null) {
            cache.share(changing);
        }
    }

    private void install() throws IOException {
        build.transcript().step("Installing dependencies");
        if (mayHaveDevelopmentDependencies() && keeper.isPresent()) {
            build.transcript().detail("development dependencies are kept, because of " + keeper.get());
        }
        Optional<Path> lock = manager.lockIn(build.folder());
        locked = lock.isPresent();
        if (!locked) {
            installUnlocked();
            return;
        }
        LocalPackages local = manager == PackageManager.NPM
                ? LocalPackages.lockedIn(lock.get())
                : LocalPackages.mentionedIn(lock.get());
        if (!keeps(local)) {
            packages.run(manager.installLocked());
        } else if (app.hasBuildScripts(manager)) {
            installForScripts("locked-" + modules.key(lock, local));
        } else {
            installForUse("production-" + modules.key(lock, local));
        }
    }

    private void installForUse(String key) throws IOException {
        pruned = true;
        if (cache.link(key)) {
            nothingChanged();
            return;
        }
        packages.run(manager.installLocked());
        prune();
        if (staysInPlace()) {
            cache.saveLinked(key);
        }
    }

    private void installForScripts(String key) throws IOException {
        if (cache.restore(key)) {
            changing = key;
            nothingChanged();
            manager.runInstallScripts(app.installScripts(manager)).forEach(packages::run);
            return;
        }
        packages.run(manager.installLocked());
        if (staysInPlace()) {
            cache.save(key);
            changing = key;
        }
    }

    private void nothingChanged() {
        build.transcript().detail("nothing changed: the packages of the last build");
    }

    private void installUnlocked() throws IOException {
        build.transcript()
                .problem("no " + manager.lockFile() + ": commit one, so that builds are repeatable and faster");
        LocalPackages local = LocalPackages.wantedBy(app, build.folder());
        boolean cacheable = keeps(local);
        String key = "unlocked-" + modules.key(Optional.empty(), local);
        if (cacheable && cache.restore(key)) {
            build.transcript().detail("starting from the packages of the last build");
        }
        packages.run(manager.installUnlocked());
        if (cacheable && staysInPlace()) {
            cache.save(key);
            changing = key;
        }
    }

    private void prune() throws IOException {
        if (mayHaveDevelopmentDependencies() && keeper.isEmpty() && modules.exist()) {
            removeDevelopmentDependencies();
        }
        archives.deleteUnused();
    }

    private boolean mayHaveDevelopmentDependencies() {
        return app.hasDevDependencies() || modules.ofWorkspaces();
    }

    private void removeDevelopmentDependencies() throws IOException {
        build.transcript().step("Removing development dependencies");
        if (manager == PackageManager.BUN) {
            installForUseOnly();
        } else {
            pruneWithoutScripts();
        }
    }

    /** A later Yarn and Bun know no other way to leave out the app's scripts and run those of its dependencies. */
    private void pruneWithoutScripts() throws IOException {
        List<Path> scripted = manager.prunesWithScripts() ? modules.packages() : List.of();
        ScriptsAside aside = new ScriptsAside(scripted, manager);
        try {
            packages.prune(build.folder());
        } finally {
            aside.close();
        }
    }

    /**
     * Bun removes nothing: what an app needs to run is installed anew. As that has no changes by scripts of the app it is
     * kept, too.
     */
    private void installForUseOnly() throws IOException {
        modules.delete();
        if (changing == null || !locked) {
            pruneWithoutScripts();
            return;
        }
        DependencyCache forUse = new DependencyCache(build, "node-for-use", modules.parts());
        if (!forUse.link(changing)) {
            pruneWithoutScripts();
            forUse.saveLinked(changing);
        }
        changing = null;
    }

    private boolean keeps(LocalPackages local) throws IOException {
        return !isSaid(modules.reasonToKeepNothing(local, locked));
    }

    private boolean staysInPlace() throws IOException {
        return !isSaid(modules.leadingOut().map(link -> "the link " + link + ", which leads elsewhere"));
    }

    private boolean isSaid(Optional<String> reason) {
        reason.ifPresent(
                why -> build.transcript().detail("nothing of it is kept for the next build, because of " + why));
        return reason.isPresent();
    }
}
