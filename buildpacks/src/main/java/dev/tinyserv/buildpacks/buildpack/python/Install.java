package dev.tinyserv.buildpacks.buildpack.python;

import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.buildpack.AskedVersion;
import dev.tinyserv.buildpacks.buildpack.BoundedFolder;
import dev.tinyserv.buildpacks.buildpack.Build;
import dev.tinyserv.buildpacks.buildpack.DependencyCache;
import dev.tinyserv.buildpacks.buildpack.Fingerprint;
import dev.tinyserv.buildpacks.buildpack.InstallSettings;
import dev.tinyserv.buildpacks.buildpack.Tools;
import dev.tinyserv.buildpacks.buildpack.UnsetVariables;
import dev.tinyserv.buildpacks.buildpack.UnsetVariables.Place;
import dev.tinyserv.buildpacks.runtime.Wish;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Makes an app's virtual environment: of its last build if nothing changed, else anew with its package manager. */
record Install(Build build, PackageManager manager, VirtualEnvironment environment) {
    /** Files that decide what is installed, whichever manager reads them. */
    private static final List<String> DECIDING =
            List.of("pyproject.toml", "setup.py", "setup.cfg", "uv.toml", "poetry.toml");

    private static final String[] VARIABLES = {"pip_", "uv_", "poetry_", "pipenv_", "virtualenv_", "python"};

    /** Where the package indexes are named, with the variables for their passwords. */
    private static final List<Place> INDEXES = List.of(
            Place.braces("requirements.txt"),
            Place.dollar("Pipfile"),
            Place.braces("uv.toml"),
            Place.braces("pip.conf"));

    void run() throws IOException {
        build.removeCommitted(VirtualEnvironment.NAME, "made anew"); // it holds another machine's paths
        if (!manager.hasWork(build.folder())) {
            build.transcript().detail("no dependencies to install");
            environment.create(false);
            new Relocation(build.folder(), environment).run();
            return;
        }
        build.transcript().step("Installing dependencies with " + manager.program());
        warn();
        if (manager.isLocked()) {
            installLocked();
        } else {
            install();
        }
    }

    private void warn() {
        List<String> unread = manager.unread(build.folder());
        if (!unread.isEmpty()) {
            build.transcript()
                    .problem(String.join(", ", unread) + ": not read, "
                            + manager.files().get(0) + " says what is installed");
        }
        if (!manager.isLocked()) {
            build.transcript()
                    .problem("no lock file: commit uv.lock, poetry.lock, Pipfile.lock or requirements.txt, so that"
                            + " builds are repeatable and faster");
        }
    }

    private void installLocked() throws IOException {
        LocalSources local = new LocalSources(build.folder());
        local.addAllOf(manager.files());
        boolean cacheable = local.areKnown();
        String key = key(local);
        DependencyCache cache = new DependencyCache(build, "python", VirtualEnvironment.NAME);
        if (cacheable && cache.link(key)) {
            build.transcript().detail("nothing changed: .venv of the last build");
            return;
        }
        install();
        if (cacheable) {
            cache.saveLinked(key);
        }
    }

    private void install() throws IOException {
        BoundedFolder downloads = new BoundedFolder(build.cacheFolder("python-downloads"));
        try {
            if (manager.isSeparate()) {
                environment.tools().require(manager.tool());
                tellOfAnotherVersion();
            }
            environment.create(!manager.isSeparate());
            InstallOutput output = new InstallOutput(build.transcript(), manager);
            Tools tools = tools(downloads.folder());
            tools.run(
                    manager.command(build.environment()),
                    output,
                    failure -> output.isMisfit() ? output.remedy() : unset(tools, output));
            if (output.isMisfit()) {
                throw new Refusal(manager.misfit());
            }
            new Relocation(build.folder(), environment).run();
        } finally {
            downloads.bound();
        }
    }

    private void tellOfAnotherVersion() throws IOException {
        Optional<Wish> wish = manager.version(build.folder());
        if (wish.isPresent()) {
            String remedy = "on the server: pipx install '" + manager.program()
                    + wish.get().text() + "'";
            AskedVersion.tell(environment.tools(), build.transcript(), manager.program(), wish.get(), remedy);
        }
    }

    /** A missing variable is a better reason than a missing package. */
    private String unset(Tools tools, InstallOutput output) {
        String unset = UnsetVariables.remedy(build.folder(), INDEXES, tools::isSet);
        return unset.isEmpty() ? output.remedy() : unset;
    }

    private Tools tools(Path downloads) {
        // A program of its own may be a Python script: it runs with the Python that it was installed for.
        Tools tools = manager.isSeparate() ? environment.tools() : environment.ownTools();
        Map<String, String> settings = new TreeMap<>();
        settings.put("PIP_CACHE_DIR", downloads.resolve("pip").toString());
        settings.put("PIP_DISABLE_PIP_VERSION_CHECK", "1");
        settings.put("PIP_NO_INPUT", "1");
        settings.put("PIP_PROGRESS_BAR", "off");
        settings.put("PIP_ROOT_USER_ACTION", "ignore");
        settings.put("NO_COLOR", "1");
        settings.put("UV_CACHE_DIR", downloads.resolve("uv").toString());
        settings.put("UV_NO_PROGRESS", "1");
        settings.put("UV_PYTHON_DOWNLOADS", "never");
        settings.put("POETRY_CACHE_DIR", downloads.resolve("poetry").toString());
        // Asking a keyring may wait for somebody to unlock it.
        settings.put("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring");
        settings.put("PIPENV_CACHE_DIR", downloads.resolve("pipenv").toString());
        settings.put("PIPENV_NOSPIN", "1");
        settings.put("PIPENV_HIDE_EMOJIS", "1");
        settings.put("PIPENV_YES", "1");
        return tools.unlessSet(settings).with(pinned());
    }

    /** What the rest of the build relies on, whatever the app's config vars say. */
    private Map<String, String> pinned() {
        String python = environment.python().bin().resolve("python3").toString();
        return Map.of(
                "UV_PROJECT_ENVIRONMENT", environment.folder().toString(),
                "UV_PYTHON", python,
                "UV_LINK_MODE", "copy", // a slug shares no file with the cache
                "POETRY_VIRTUALENVS_IN_PROJECT", "true",
                "PIPENV_VENV_IN_PROJECT", "1",
                "PIPENV_IGNORE_VIRTUALENVS", "1");
    }

    private String key(LocalSources local) throws IOException {
        Fingerprint key = new Fingerprint()
                .add(manager + " " + environment.python().version() + " "
                        + environment.python().bin());
        if (manager.isSeparate()) {
            key.addProgram(environment.tools().find(manager.program()));
        }
        new InstallSettings(build, VARIABLES)
                .withFiles(manager.files())
                .withFiles(local.lists())
                .withFiles(DECIDING)
                .addTo(key);
        local.addTo(key);
        return key.hex();
    }
}
