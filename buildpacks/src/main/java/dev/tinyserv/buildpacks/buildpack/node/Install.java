package dev.tinyserv.buildpacks.buildpack.node;

import dev.tinyserv.buildpacks.buildpack.Build;
import dev.tinyserv.buildpacks.buildpack.DependencyCache;
import dev.tinyserv.buildpacks.buildpack.Fingerprint;
import dev.tinyserv.buildpacks.runtime.Version;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Gets an app's dependencies: from its last build if nothing changed, else from the package manager. Where scripts of the
 * app run, those for development are there until {@link #finish()}, and the scripts may change what they like.
 */
final class Install {
    /** Of all package managers, in the app's folder. */
    private static final List<String> SETTINGS =
            List.of(".npmrc", ".yarnrc", ".yarnrc.yml", "bunfig.toml", "pnpm-workspace.yaml");

    private final Build build;
    private final PackageJson app;
    private final NodePackages packages;
    private final PackageManager manager;
    private final Version version;
    private final DependencyCache cache;
    private final YarnArchives archives;
    private boolean pruned;
    private boolean locked;
    private @Nullable String changing;

    Install(Build build, PackageJson app, NodePackages packages, Version version) {
        this.build = build;
        this.app = app;
        this.packages = packages;
        this.manager = packages.manager();
        this.version = version;
        this.cache = new DependencyCache(build, "node", manager.installed());
        this.archives = new YarnArchives(build.folder());
    }

    void run() throws IOException {
        NodeBuildpack.removeCommittedModules(build);
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
        Optional<Path> lock = manager.lockIn(build.folder());
        locked = lock.isPresent();
        if (!locked) {
            installUnlocked();
            return;
        }
        LocalPackages local = manager == PackageManager.NPM
                ? LocalPackages.lockedIn(lock.get())
                : LocalPackages.mentionedIn(lock.get());
        if (!isKept(local)) {
            packages.run(manager.installLocked());
        } else if (app.hasBuildScripts()) {
            installForScripts(key("locked", lock, local));
        } else {
            installForUse(key("production", lock, local));
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
        if (!leadsOut()) {
            cache.saveLinked(key);
        }
    }

    private void installForScripts(String key) throws IOException {
        if (cache.restore(key)) {
            changing = key;
            nothingChanged();
            app.installScripts().forEach(script -> packages.run(List.of("run", script)));
            return;
        }
        packages.run(manager.installLocked());
        if (!leadsOut()) {
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
        boolean cacheable = isKept(local);
        String key = key("unlocked", Optional.empty(), local);
        if (cacheable && cache.restore(key)) {
            build.transcript().detail("starting from the packages of the last build");
        }
        packages.run(manager.installUnlocked());
        if (cacheable && !leadsOut()) {
            cache.save(key);
            changing = key;
        }
    }

    private void prune() throws IOException {
        boolean perhaps = app.hasDevDependencies() || manager.hasWorkspaces(app, build.folder());
        if (perhaps && isInstalled()) {
            build.transcript().step("Removing development dependencies");
            if (manager == PackageManager.BUN) {
                installForUseOnly();
            } else {
                packages.prune(build.folder());
            }
        }
        archives.deleteUnused();
    }

    /** Bun removes nothing: what an app needs to run is installed anew, and as it has no changes by scripts it is kept, too. */
    private void installForUseOnly() throws IOException {
        FileTree.delete(modules());
        if (changing == null || !locked) {
            packages.prune(build.folder());
            return;
        }
        DependencyCache forUse = new DependencyCache(build, "node-for-use", manager.installed());
        if (!forUse.link(changing)) {
            packages.prune(build.folder());
            forUse.saveLinked(changing);
        }
        changing = null;
    }

    private boolean isInstalled() {
        return manager.installed().stream()
                .anyMatch(part -> Files.exists(build.folder().resolve(part), LinkOption.NOFOLLOW_LINKS));
    }

    private Path modules() {
        return build.folder().resolve(NodeBuildpack.MODULES);
    }

    private boolean isKept(LocalPackages local) throws IOException {
        Optional<String> reason = reasonToKeepNothing(local);
        reason.ifPresent(
                why -> build.transcript().detail("nothing of it is kept for the next build, because of " + why));
        return reason.isEmpty();
    }

    /**
     * Workspaces and linked packages have modules and scripts in several folders, and patches are files of the app: those
     * are the package manager's business.
     */
    private Optional<String> reasonToKeepNothing(LocalPackages local) throws IOException {
        if (manager.hasWorkspaces(app, build.folder())) {
            return Optional.of("workspaces");
        }
        if (app.hasPatches()) {
            return Optional.of("patches in package.json");
        }
        return local.foldersToo() ? Optional.of("packages that are folders") : manager.inTheWayOfCopies(build.folder());
    }

    /** Whether a link among the modules leads elsewhere: to a store that a setting names, say. */
    private boolean leadsOut() throws IOException {
        if (!Files.isDirectory(modules(), LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try (Stream<Path> files = Files.walk(modules())) {
            for (Path link : (Iterable<Path>) files.filter(Files::isSymbolicLink)::iterator) {
                Path target = link.resolveSibling(Files.readSymbolicLink(link)).normalize();
                if (!target.startsWith(modules())) {
                    return true;
                }
            }
            return false;
        } catch (UncheckedIOException e) {
            return true; // what cannot be read cannot be kept
        }
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
        for (String file : SETTINGS) {
            key.add(build.folder().resolve(file));
        }
        return kind + "-" + key.hex();
    }
}
