package dev.tinyserv.buildpacks.buildpack.node;

import dev.tinyserv.buildpacks.buildpack.Build;
import dev.tinyserv.buildpacks.buildpack.Fingerprint;
import dev.tinyserv.buildpacks.buildpack.InstallSettings;
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

/** Where an install puts an app's modules, what decides which they are, and whether a copy of them is as good. */
final class InstalledModules {
    /** Of all package managers, in the app's folder. */
    private static final List<String> SETTINGS =
            List.of(".npmrc", ".yarnrc", ".yarnrc.yml", "bunfig.toml", PackageManager.PNPM_SETTINGS);

    /** What decides in each of several packages; those of pnpm may have settings and lock files of their own. */
    private static final List<String> SETTINGS_OF_PACKAGES = List.of(PackageJson.NAME, ".npmrc", "pnpm-lock.yaml");

    private static final String[] VARIABLES = {"npm_", "pnpm_", "yarn", "bun_", "node_", "corepack_"};

    /** Where apps keep what their install scripts change in packages, by habit. */
    private static final String PATCHES = "patches";

    private final Build build;
    private final NodePackages packages;
    private final Path folder;
    private final PackageJson app;
    private final PackageManager manager;
    private final Version version;
    private final boolean ofWorkspaces;
    private final WorkspacePackages workspaces;
    private final List<String> parts;

    /**
     * Those of a build's app, before they are installed.
     *
     * @param version of the runtime that they are for
     */
    InstalledModules(Build build, PackageJson app, NodePackages packages, Version version) throws IOException {
        this.build = build;
        this.packages = packages;
        this.folder = build.folder();
        this.app = app;
        this.manager = packages.manager();
        this.version = version;
        this.ofWorkspaces = manager.hasWorkspaces(app, folder);
        this.workspaces = ofWorkspaces ? WorkspacePackages.in(folder) : WorkspacePackages.none(folder);
        this.parts = Stream.concat(manager.installed().stream(), workspaces.modules().stream())
                .toList();
    }

    /** The folders and files that an install may leave, relative to the app's folder; none in another one. */
    List<String> parts() {
        return parts;
    }

    /** Whether they are those of several packages. */
    boolean ofWorkspaces() {
        return ofWorkspaces;
    }

    /** The folders of the app's own packages: its own, and those of its workspaces. */
    List<Path> packages() {
        return Stream.concat(Stream.of(folder), workspaces.folders().stream()).toList();
    }

    private Stream<Path> paths() {
        return parts.stream().map(folder::resolve);
    }

    boolean exist() {
        return paths().anyMatch(path -> Files.exists(path, LinkOption.NOFOLLOW_LINKS));
    }

    void delete() throws IOException {
        for (Path path : paths().toList()) {
            FileTree.deleteBelow(folder, path);
        }
    }

    /**
     * Why a copy of them would not be as good as an install; empty if it is.
     *
     * <p>Patches and packages that are copied from folders are the package manager's business, and so are folders of packages
     * that are not the app's workspaces: their scripts and modules may be anywhere. So may what a native addon of the app's
     * own is built of.
     */
    Optional<String> reasonToKeepNothing(LocalPackages local, boolean locked) throws IOException {
        if (app.hasPatches()) {
            return Optional.of("patches in package.json");
        }
        if (manager.buildsAddon(app, folder)) {
            return Optional.of("binding.gyp");
        }
        if (local.copies() || (local.links() && !ofWorkspaces)) {
            return Optional.of("packages that are folders");
        }
        if (ofWorkspaces && !locked) {
            return Optional.of("workspaces without a lock file");
        }
        Optional<String> settings = manager.inTheWayOfCopies(folder);
        return settings.isPresent() ? settings : workspaces.inTheWayOfCopies(manager);
    }

    /** A link among the modules that leads to what is not kept with them, to a store that a setting names, say. */
    Optional<String> leadingOut() throws IOException {
        for (Path path : paths().toList()) {
            Optional<Path> link = linkOut(path);
            if (link.isPresent()) {
                return link.map(out -> folder.relativize(out).toString());
            }
        }
        return Optional.empty();
    }

    private Optional<Path> linkOut(Path part) throws IOException {
        if (!Files.isDirectory(part, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.walk(part)) {
            for (Path link : (Iterable<Path>) files.filter(Files::isSymbolicLink)::iterator) {
                Path target = Files.readSymbolicLink(link);
                if (target.isAbsolute() || !isKept(link.resolveSibling(target).normalize())) {
                    return Optional.of(link);
                }
            }
            return Optional.empty();
        } catch (UncheckedIOException e) {
            return Optional.of(part); // what cannot be read cannot be kept
        }
    }

    private boolean isKept(Path target) {
        return workspaces.contains(target) || paths().anyMatch(target::startsWith);
    }

    /**
     * What is installed depends on the lock file, on what is asked for, on the settings, on the app's own packages, on the
     * package manager itself, on how it is called, and on what native modules are built for.
     */
    String key(Optional<Path> lock, LocalPackages local) throws IOException {
        Fingerprint key = new Fingerprint()
                .add(manager.program() + " " + version)
                .add(manager.installLocked() + " " + manager.prune(lock.isPresent()));
        key.addProgram(packages.program());
        if (lock.isPresent()) {
            key.add(app.wanted(manager)).add(lock.get());
        }
        for (Path tarball : local.tarballs()) {
            key.add(tarball);
        }
        new InstallSettings(build, VARIABLES)
                .withFiles(SETTINGS)
                .withFiles(workspaces.files(SETTINGS_OF_PACKAGES))
                .withFolder(PATCHES)
                .addTo(key);
        return key.hex();
    }
}
