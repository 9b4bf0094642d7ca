package dev.tinyserv.buildpacks.buildpack.node;

import dev.tinyserv.buildpacks.buildpack.Build;
import dev.tinyserv.buildpacks.buildpack.DependencyCache;
import dev.tinyserv.buildpacks.buildpack.Fingerprint;
import dev.tinyserv.buildpacks.runtime.Version;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Gets an app's dependencies, those for development too: from its last build if nothing changed, else from the package manager. */
final class Install {
    private final Build build;
    private final PackageJson app;
    private final NodePackages packages;
    private final PackageManager manager;
    private final Version version;
    private final DependencyCache cache;

    Install(Build build, PackageJson app, NodePackages packages, Version version) {
        this.build = build;
        this.app = app;
        this.packages = packages;
        this.manager = packages.manager();
        this.version = version;
        this.cache = new DependencyCache(build, "node", build.folder().resolve(NodeBuildpack.MODULES));
    }

    void run() throws IOException {
        NodeBuildpack.removeCommittedModules(build);
        try {
            install();
        } finally {
            packages.boundDownloads();
        }
    }

    private void install() throws IOException {
        build.transcript().step("Installing dependencies");
        Optional<Path> lock = manager.lockIn(build.folder());
        if (lock.isPresent()) {
            installLocked(lock.get());
        } else {
            installUnlocked();
        }
    }

    private void installLocked(Path lock) throws IOException {
        LocalPackages local =
                manager == PackageManager.NPM ? LocalPackages.lockedIn(lock) : LocalPackages.mentionedIn(lock);
        String key = key("locked", Optional.of(lock), local);
        boolean cacheable = isCacheable(local);
        if (cacheable && cache.restore(key)) {
            build.transcript().detail("nothing changed: node_modules of the last build");
            app.installScripts().forEach(script -> packages.run(List.of("run", script)));
            return;
        }
        packages.run(manager.installLocked());
        if (cacheable) {
            cache.save(key);
        }
    }

    private void installUnlocked() throws IOException {
        build.transcript()
                .problem("no " + manager.lockFile() + ": commit one, so that builds are repeatable and faster");
        LocalPackages local = LocalPackages.wantedBy(app, build.folder());
        String key = key("unlocked", Optional.empty(), local);
        boolean cacheable = isCacheable(local);
        if (cacheable && cache.restore(key)) {
            build.transcript().detail("starting from node_modules of the last build");
        }
        packages.run(manager.installUnlocked());
        if (cacheable) {
            cache.save(key);
        }
    }

    /** Workspaces and linked packages have modules and scripts in several folders: those are the package manager's business. */
    private boolean isCacheable(LocalPackages local) {
        return manager.canCopyModules() && !app.hasWorkspaces() && !local.foldersToo();
    }

    /**
     * What is installed depends on the lock file, on what is asked for, on the app's own packages, and on what native
     * modules are built for.
     */
    private String key(String kind, Optional<Path> lock, LocalPackages local) throws IOException {
        Fingerprint key = new Fingerprint().add(manager.program() + " " + version);
        if (lock.isPresent()) {
            key.add(app.wanted()).add(lock.get());
        }
        for (Path tarball : local.tarballs()) {
            key.add(tarball);
        }
        return kind + "-" + key.add(build.folder().resolve(".npmrc")).hex();
    }
}
