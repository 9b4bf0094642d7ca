package dev.tinyserv.buildpacks.buildpack.node;

import dev.tinyserv.buildpacks.buildpack.Build;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Gets an app's dependencies, those for development too: from its last build if nothing changed, else from npm. */
final class Install {
    private static final List<String> LOCK_FILES = List.of("npm-shrinkwrap.json", "package-lock.json");
    private static final List<String> OTHER_LOCK_FILES = List.of("yarn.lock", "pnpm-lock.yaml", "bun.lock");

    private final Build build;
    private final PackageJson app;
    private final Npm npm;
    private final NodeVersion version;
    private final ModulesCache cache;

    Install(Build build, PackageJson app, Npm npm, NodeVersion version) {
        this.build = build;
        this.app = app;
        this.npm = npm;
        this.version = version;
        this.cache = new ModulesCache(build, npm);
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
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
        digest.update(text(version + " " + System.getProperty("os.name") + " " + System.getProperty("os.arch")));
        if (lock.isPresent()) {
            digest.update(text(app.wanted()));
            add(lock.get(), digest);
        }
        for (Path tarball : local.tarballs()) {
            digest.update(text(tarball.getFileName().toString()));
            add(tarball, digest);
        }
        if (isFile(".npmrc")) {
            add(build.folder().resolve(".npmrc"), digest);
        }
        return kind + "-" + HexFormat.of().formatHex(digest.digest(), 0, 16);
    }

    private static void add(Path file, MessageDigest digest) throws IOException {
        byte[] buffer = new byte[8192];
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
        }
    }

    private static byte[] text(String text) {
        return (text + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
