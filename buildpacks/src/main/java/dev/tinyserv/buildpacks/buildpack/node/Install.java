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

    /** Of pnpm, where packages may have settings and lock files of their own. */
    private static final List<String> SETTINGS_OF_PACKAGES = List.of(".npmrc", "pnpm-lock.yaml");

    private final Build build;
    private final PackageJson app;
    private final NodePackages packages;
    private final PackageManager manager;
    private final Version version;
    private final boolean hasWorkspaces;
    private final WorkspacePackages workspaces;
    private final List<String> parts;
    private final DependencyCache cache;
    private final YarnArchives archives;
    private boolean pruned;
    private boolean locked;
    private @Nullable String changing;

    Install(Build build, PackageJson app, NodePackages packages, Version version) throws IOException {
        this.build = build;
        this.app = app;
        this.packages = packages;
        this.manager = packages.manager();
        this.version = version;
        this.hasWorkspaces = manager.hasWorkspaces(app, build.folder());
        this.workspaces = hasWorkspaces ? WorkspacePackages.in(build.folder()) : WorkspacePackages.none(build.folder());
        this.parts = Stream.concat(manager.installed().stream(), workspaces.modules().stream())
                .toList();
        this.cache = new DependencyCache(build, "node", parts);
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
        if (!keeps(local)) {
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
        boolean cacheable = keeps(local);
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
        if ((app.hasDevDependencies() || hasWorkspaces) && isInstalled()) {
            build.transcript().step("Removing development dependencies");
            if (manager == PackageManager.BUN) {
                installForUseOnly();
            } else {
                packages.prune(build.folder(), hasWorkspaces);
            }
        }
        archives.deleteUnused();
    }

    /** Bun removes nothing: what an app needs to run is installed anew, and as it has no changes by scripts it is kept, too. */
    private void installForUseOnly() throws IOException {
        for (String part : parts) {
            FileTree.delete(build.folder().resolve(part));
        }
        if (changing == null || !locked) {
            packages.prune(build.folder(), hasWorkspaces);
            return;
        }
        DependencyCache forUse = new DependencyCache(build, "node-for-use", parts);
        if (!forUse.link(changing)) {
            packages.prune(build.folder(), hasWorkspaces);
            forUse.saveLinked(changing);
        }
        changing = null;
    }

    private boolean isInstalled() {
        return parts.stream().anyMatch(part -> Files.exists(build.folder().resolve(part), LinkOption.NOFOLLOW_LINKS));
    }

    private boolean keeps(LocalPackages local) throws IOException {
        Optional<String> reason = reasonToKeepNothing(local);
        reason.ifPresent(
                why -> build.transcript().detail("nothing of it is kept for the next build, because of " + why));
        return reason.isEmpty();
    }

    /**
     * Patches and packages that are copied from folders are the package manager's business, and so are folders of packages
     * that are not the app's workspaces: their scripts and modules may be anywhere.
     */
    private Optional<String> reasonToKeepNothing(LocalPackages local) throws IOException {
        if (app.hasPatches()) {
            return Optional.of("patches in package.json");
        }
        if (local.copies() || (local.links() && !hasWorkspaces)) {
            return Optional.of("packages that are folders");
        }
        if (hasWorkspaces && !locked) {
            return Optional.of("workspaces without a lock file");
        }
        Optional<String> settings = manager.inTheWayOfCopies(build.folder());
        return settings.isPresent() ? settings : workspaces.inTheWayOfCopies();
    }

    /** Whether a link among the modules leads to what is not kept with them: to a store that a setting names, say. */
    private boolean leadsOut() throws IOException {
        for (String part : parts) {
            if (leadsOut(build.folder().resolve(part))) {
                return true;
            }
        }
        return false;
    }

    private boolean leadsOut(Path part) throws IOException {
        if (!Files.isDirectory(part, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try (Stream<Path> files = Files.walk(part)) {
            for (Path link : (Iterable<Path>) files.filter(Files::isSymbolicLink)::iterator) {
                Path target = Files.readSymbolicLink(link);
                if (target.isAbsolute() || !isKept(link.resolveSibling(target).normalize())) {
                    return true;
                }
            }
            return false;
        } catch (UncheckedIOException e) {
            return true; // what cannot be read cannot be kept
        }
    }

    private boolean isKept(Path target) {
        return workspaces.contains(target)
                || parts.stream()
                        .anyMatch(part -> target.startsWith(build.folder().resolve(part)));
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
        workspaces.addTo(key, SETTINGS_OF_PACKAGES);
        return kind + "-" + key.hex();
    }
}
