package dev.tinyserv.buildpacks.buildpack.node;

import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.process.Transcript;
import dev.tinyserv.buildpacks.runtime.Tool;
import dev.tinyserv.buildpacks.runtime.Version;
import dev.tinyserv.buildpacks.source.FolderFile;
import dev.tinyserv.buildpacks.source.SourceText;
import dev.tinyserv.buildpacks.source.Words;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What installs the dependencies of a package.json, with the arguments that it wants. */
enum PackageManager implements PackageJson.Installer {
    /**
     * npm. It reads the lock file for pruning although it may not write one: else it would choose all versions anew,
     * whatever is installed.
     */
    NPM(
            "npm",
            "package-lock.json",
            "predependencies dependencies postdependencies preinstall install postinstall prepublish"
                    + " preprepare prepare postprepare",
            "ci --include=dev",
            "install --include=dev --no-package-lock",
            "prune --omit=dev --ignore-scripts --package-lock --no-save --prefer-offline",
            "prune --omit=dev --ignore-scripts --no-package-lock"),
    PNPM(
            "pnpm",
            "pnpm-lock.yaml",
            "pnpm:devPreinstall preinstall install postinstall preprepare prepare postprepare",
            "install --frozen-lockfile --prod=false",
            "install --no-lockfile --prod=false",
            "install --frozen-lockfile --prod --ignore-scripts --prefer-offline",
            "install --prod --ignore-scripts --prefer-offline"),
    /** Yarn 1. */
    YARN(
            "yarn",
            "yarn.lock",
            "preinstall install postinstall prepublish prepare",
            "install --frozen-lockfile --production=false --non-interactive",
            "install --no-lockfile --production=false --non-interactive",
            "install --frozen-lockfile --production=true --ignore-scripts --non-interactive --prefer-offline",
            "install --production=true --ignore-scripts --non-interactive --prefer-offline"),
    /** Yarn 2 and later. */
    BERRY(
            "yarn",
            "yarn.lock",
            "preinstall install postinstall",
            "install --immutable",
            "install",
            "workspaces focus --all --production",
            "workspaces focus --all --production"),
    BUN(
            "bun",
            "bun.lock",
            "preinstall install postinstall preprepare prepare postprepare",
            "install --frozen-lockfile --backend=copyfile",
            "install --no-save --backend=copyfile",
            "install --production --frozen-lockfile --backend=copyfile",
            "install --production --backend=copyfile");

    private static final String SHRINKWRAP = "npm-shrinkwrap.json";
    private static final String OLD_BUN_LOCK = "bun.lockb";
    private static final int BEGINNING = 1000;
    private static final int MAX_SETTINGS = 1 << 20;

    private static final Pattern AROUND = Pattern.compile("^(?:pre|post)");

    /** Whether pnpm calls what stands before and after a script depends on its version and settings. */
    private static final String PNPM_ALONE = "--config.enable-pre-post-scripts=false";

    /** What node-gyp builds an addon of. */
    private static final String ADDON = "binding.gyp";

    private static final String PLUG_AND_PLAY = ".pnp.cjs";

    /** By its linkers, node-modules and Plug'n'Play; without its state Yarn runs no script. */
    private static final List<String> BERRY_INSTALLED = List.of(
            PackageJson.MODULES,
            PLUG_AND_PLAY,
            ".pnp.data.json",
            ".pnp.loader.mjs",
            ".yarn/cache",
            ".yarn/unplugged",
            ".yarn/build-state.yml",
            ".yarn/install-state.gz");

    /** Settings that put things elsewhere, or make the result depend on more files. */
    private static final Pattern BERRY_FILES =
            Pattern.compile("(?m)^\\s*\"?(\\w*Folder|\\w*StatePath|pnpDataPath|plugins)\"?:");

    private static final Pattern PNPM_PATCHES = Pattern.compile("(?m)^\\s*\"?patchedDependencies\"?:");
    private static final Pattern PNPM_WORKSPACES = Pattern.compile("(?m)^\\s*\"?packages\"?:");

    static final String PNPM_SETTINGS = "pnpm-workspace.yaml";
    private static final String BERRY_SETTINGS = ".yarnrc.yml";

    private final String program;
    private final String lockFile;
    private final String scripts;
    private final String locked;
    private final String unlocked;
    private final String pruneLocked;
    private final String pruneUnlocked;

    private static final int LONGEST_NAME = 60;

    PackageManager(
            String program,
            String lockFile,
            String scripts,
            String locked,
            String unlocked,
            String pruneLocked,
            String pruneUnlocked) {
        this.program = program;
        this.lockFile = lockFile;
        this.scripts = scripts;
        this.locked = locked;
        this.unlocked = unlocked;
        this.pruneLocked = pruneLocked;
        this.pruneUnlocked = pruneUnlocked;
    }

    /**
     * The one that an app uses: the one that {@code packageManager} names, else the first whose lock file is there, else
     * the one whose settings are, else npm.
     */
    static PackageManager of(PackageJson app, Path folder, Transcript transcript) throws IOException {
        String named = app.packageManager();
        for (PackageManager manager : List.of(NPM, PNPM, YARN, BUN)) {
            if (named.equals(manager.program) || named.startsWith(manager.program + "@")) {
                return manager.refined(named, folder);
            }
        }
        if (!named.isEmpty()) {
            transcript.problem("packageManager in " + PackageJson.NAME + " is " + Printable.excerpt(named, LONGEST_NAME)
                    + ", and npm, pnpm, yarn and bun are known: write one of them, such as npm@11.4.0");
        }
        List<PackageManager> locking = Stream.of(NPM, PNPM, YARN, BUN)
                .filter(manager -> manager.lockIn(folder).isPresent())
                .toList();
        if (locking.size() > 1) {
            transcript.problem(locking.get(0).lockFile + " and " + locking.get(1).lockFile + " are both there: "
                    + locking.get(0).program + " is used; remove the other with `git rm`");
        }
        return locking.isEmpty() ? bySettings(folder) : locking.get(0).refined(named, folder);
    }

    private static PackageManager bySettings(Path folder) {
        if (FolderFile.exists(folder, PNPM_SETTINGS)) {
            return PNPM;
        }
        return FolderFile.exists(folder, BERRY_SETTINGS) ? BERRY : NPM;
    }

    private PackageManager refined(String named, Path folder) throws IOException {
        boolean berry =
                named.matches("yarn@[2-9].*") || FolderFile.exists(folder, BERRY_SETTINGS) || hasBerryLock(folder);
        return this == YARN && berry ? BERRY : this;
    }

    private boolean hasBerryLock(Path folder) throws IOException {
        Path lock = folder.resolve(lockFile);
        if (this != YARN || !FolderFile.exists(folder, lockFile)) {
            return false;
        }
        try (InputStream in = Files.newInputStream(lock, LinkOption.NOFOLLOW_LINKS)) {
            return new String(in.readNBytes(BEGINNING), StandardCharsets.UTF_8).contains("__metadata:");
        }
    }

    /** Its lock file in a folder. */
    Optional<Path> lockIn(Path folder) {
        List<String> names = switch (this) {
            case NPM -> List.of(SHRINKWRAP, lockFile);
            case BUN -> List.of(lockFile, OLD_BUN_LOCK);
            default -> List.of(lockFile);
        };
        return names.stream()
                .filter(name -> FolderFile.exists(folder, name))
                .map(folder::resolve)
                .findFirst();
    }

    /** The program that it is called by. */
    String program() {
        return program;
    }

    /** The lock file that it writes. */
    String lockFile() {
        return lockFile;
    }

    /** The scripts of an app's own package that an install runs, in the order in which it does. */
    @Override
    public List<String> installScripts() {
        return Words.of(scripts);
    }

    /**
     * Runs what an install of an app runs of its own scripts. Where {@code run} calls what stands before and after a
     * script, that is not called for itself.
     *
     * @param there the scripts that the app has, in order
     */
    List<List<String>> runInstallScripts(List<String> there) {
        return there.stream()
                .filter(script -> this == PNPM || this == BERRY || !isAround(script, there))
                .map(script -> this == PNPM ? List.of("run", PNPM_ALONE, script) : List.of("run", script))
                .toList();
    }

    private static boolean isAround(String script, List<String> there) {
        String inside = AROUND.matcher(script).replaceFirst("");
        return !inside.equals(script) && there.contains(inside);
    }

    /** Whether an install builds a native addon of the app's own, which no script asks for. */
    boolean buildsAddon(PackageJson app, Path folder) {
        return this != BERRY && !app.hasScript("install") && FolderFile.exists(folder, ADDON);
    }

    /** Installs what the lock file says, for development too, and fails if it does not fit. */
    List<String> installLocked() {
        return Words.of(locked);
    }

    /** Installs what the package.json asks for, and writes no lock file. */
    List<String> installUnlocked() {
        return Words.of(unlocked);
    }

    /**
     * Takes away what is for development, and changes nothing of the rest.
     *
     * @param byLock whether there is a lock file, which says what the rest is
     */
    List<String> prune(boolean byLock) {
        return Words.of(byLock ? pruneLocked : pruneUnlocked);
    }

    /** Whether taking away what is for development runs scripts: those of packages, and the app's own if it has them. */
    boolean prunesWithScripts() {
        return this == BERRY || this == BUN;
    }

    /**
     * What to do if another Yarn than the app's would install it: one that cannot read its lock file or its settings, and
     * chooses all versions anew.
     *
     * @param there what the server has
     */
    Optional<String> otherYarn(Path folder, Version there) {
        boolean berry = there.major() > 1;
        if (this == BERRY && !berry) {
            String what = FolderFile.exists(folder, lockFile) ? lockFile : BERRY_SETTINGS;
            return Optional.of(what + " is of Yarn 2 or later, and the server's yarn is " + there
                    + ", which does not read it: commit the app's Yarn with `yarn set version stable`, or install it on the"
                    + " server: npm install -g @yarnpkg/cli-dist");
        }
        return this == YARN && berry && FolderFile.exists(folder, lockFile)
                ? Optional.of(lockFile + " is of Yarn 1, and the server's yarn is " + there
                        + ": run `yarn install` with that and commit " + lockFile
                        + ", or name yours in packageManager in package.json, where the server has corepack")
                : Optional.empty();
    }

    /** The program, and how it gets onto a server. */
    Tool tool() {
        return this == NPM
                ? Tool.needed(program, "on Debian: apt-get install npm")
                : Tool.optional(program, "with npm: npm install -g " + program);
    }

    /** The folders and files, relative to the app's folder, that an install leaves; none in another one. */
    List<String> installed() {
        return switch (this) {
            case BERRY -> BERRY_INSTALLED;
            case PNPM -> List.of(PackageJson.MODULES, PLUG_AND_PLAY);
            case NPM, YARN, BUN -> List.of(PackageJson.MODULES);
        };
    }

    /** Whether an app has several packages that are installed together. */
    boolean hasWorkspaces(PackageJson app, Path folder) throws IOException {
        return app.hasWorkspaces() || (this == PNPM && says(folder, PNPM_SETTINGS, PNPM_WORKSPACES));
    }

    /**
     * What in an app's folder says that an install makes more than {@link #installed()}, or makes it of more than the lock
     * file and the settings, so that a copy is not as good; empty if nothing does. What the app has committed there itself
     * is not to be kept for others.
     */
    Optional<String> inTheWayOfCopies(Path folder) throws IOException {
        return switch (this) {
            case NPM, YARN, BUN -> Optional.empty();
            case PNPM -> {
                String hooks = ".pnpmfile.cjs";
                Optional<String> patches =
                        says(folder, PNPM_SETTINGS, PNPM_PATCHES) ? Optional.of(PNPM_SETTINGS) : Optional.empty();
                yield FolderFile.exists(folder, hooks) ? Optional.of(hooks) : patches;
            }
            case BERRY ->
                says(folder, BERRY_SETTINGS, BERRY_FILES)
                        ? Optional.of(BERRY_SETTINGS)
                        : installed().stream()
                                .filter(part -> Files.exists(folder.resolve(part)))
                                .findFirst();
        };
    }

    private static boolean says(Path folder, String name, Pattern setting) throws IOException {
        if (Files.isSymbolicLink(folder.resolve(name))) {
            return true; // for all we know
        }
        Optional<byte[]> text = FolderFile.read(folder, name, MAX_SETTINGS);
        return text.isPresent()
                && setting.matcher(SourceText.lookedInto(text.get())).find();
    }

    /** Its settings for a build; downloads go to a folder that is kept. */
    Map<String, String> settings(Path downloads) {
        String folder = downloads.toString();
        return switch (this) {
            case NPM ->
                Map.of(
                        "npm_config_cache", folder,
                        "npm_config_update_notifier", "false",
                        "npm_config_fund", "false",
                        "npm_config_audit", "false",
                        "npm_config_progress", "false");
            // Without copies an app that writes to its modules would write to the store. CI: ask nothing.
            case PNPM ->
                Map.of(
                        "npm_config_store_dir", folder,
                        "npm_config_package_import_method", "copy",
                        "npm_config_modules_cache_max_age", "0",
                        "npm_config_manage_package_manager_versions", "false",
                        "npm_config_update_notifier", "false",
                        "CI", "true");
            case YARN -> Map.of("YARN_CACHE_FOLDER", folder, "YARN_DISABLE_SELF_UPDATE_CHECK", "true");
            // Plug'n'Play reads packages from the cache at run time, so it has to be a part of the slug; for the next
            // install they are in the mirror.
            case BERRY ->
                Map.of(
                        "YARN_ENABLE_GLOBAL_CACHE",
                        "false",
                        "YARN_ENABLE_MIRROR",
                        "true",
                        "YARN_GLOBAL_FOLDER",
                        folder,
                        "YARN_ENABLE_TELEMETRY",
                        "0",
                        "YARN_ENABLE_PROGRESS_BARS",
                        "0",
                        // Else what a script says is in a file that goes away with the build.
                        "YARN_ENABLE_INLINE_BUILDS",
                        "true");
            case BUN -> Map.of("BUN_INSTALL_CACHE_DIR", folder, "DO_NOT_TRACK", "1");
        };
    }
}
