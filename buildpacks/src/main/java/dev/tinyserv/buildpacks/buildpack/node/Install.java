package dev.tinyserv.buildpacks.buildpack.node;

import dev.tinyserv.buildpacks.buildpack.Build;
import dev.tinyserv.buildpacks.buildpack.DependencyCache;
import dev.tinyserv.buildpacks.buildpack.Fingerprint;
import dev.tinyserv.buildpacks.runtime.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Gets an app's dependencies, those for development too: from its last build if nothing changed, else from npm. */
final class Install {
    private static final List<String> LOCK_FILES = List.of("npm-shrinkwrap.json", "package-lock.json");
    private static final List<String> OTHER_LOCK_FILES = List.of("yarn.lock", "pnpm-lock.yaml", "bun.lock");

    private final Build build;
    private final PackageJson app;
    private final Npm npm;
    private final Version version;
    private final DependencyCache cache;

    Install(Build build, PackageJson app, Npm npm, Version version) {
        this.build = build;
        this.app = app;
        this.npm = npm;
        this.version = version;
        this.cache = new DependencyCache(build, "node", build.folder().resolve(NodeBuildpack.MODULES));
    }

    void run() throws IOException {
        NodeBuildpack.removeCommittedModules(build);
        try {
            install();
        } finally {
            new DownloadCache(build.cache()).bound();
        }
    }

    private void install() throws IOException {
        build.transcript().step("Installing dependencies");
        Optional<Path> lock = LOCK_FILES.stream()
                .filter(this::isFile)
                .map(build.folder()::resolve)
                .findFirst();
        if (lock.isPresent()) {
            installLocked(lock.get());
        } else {
            installUnlocked();
        }
    }

    private void installLocked(Path lock) throws IOException {
        LocalPackages local = LocalPackages.lockedIn(lock);
        String key = key("locked", Optional.of(lock), local);
        boolean cacheable = isCacheable(local);
        if (cacheable && cache.restore(key)) {
            build.transcript().detail("nothing changed: node_modules of the last build");
            app.installScripts().forEach(script -> npm.run("run", script));
            return;
        }
        npm.run("ci", "--include=dev");
        if (cacheable) {
            cache.save(key);
        }
    }

    private void installUnlocked() throws IOException {
        String other = OTHER_LOCK_FILES.stream()
                .filter(this::isFile)
                .findFirst()
                .map(name -> " (" + name + " is not read)")
                .orElse("");
        build.transcript()
                .problem(
                        "no package-lock.json" + other + ": commit one, so that builds are repeatable and" + " faster");
        LocalPackages local = LocalPackages.wantedBy(app, build.folder());
        String key = key("unlocked", Optional.empty(), local);
        boolean cacheable = isCacheable(local);
        if (cacheable && cache.restore(key)) {
            build.transcript().detail("starting from node_modules of the last build");
        }
        npm.run("install", "--include=dev", "--no-package-lock");
        if (cacheable) {
            cache.save(key);
        }
    }

    /** Workspaces and linked packages have modules and scripts in several folders: those are npm's business. */
    private boolean isCacheable(LocalPackages local) {
        return !app.hasWorkspaces() && !local.foldersToo();
    }

    private boolean isFile(String name) {
        return Files.isRegularFile(build.folder().resolve(name), LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * What is installed depends on the lock file, on what is asked for, on the app's own packages, and on what native
     * modules are built for.
     */
    private String key(String kind, Optional<Path> lock, LocalPackages local) throws IOException {
        Fingerprint key = new Fingerprint().add("node " + version);
        if (lock.isPresent()) {
            key.add(app.wanted()).add(lock.get());
        }
        for (Path tarball : local.tarballs()) {
            key.add(tarball);
        }
        return kind + "-" + key.add(build.folder().resolve(".npmrc")).hex();
    }
}
