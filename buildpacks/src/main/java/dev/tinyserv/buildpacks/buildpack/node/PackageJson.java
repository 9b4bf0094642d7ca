package dev.tinyserv.buildpacks.buildpack.node;

import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.source.FolderFile;
import dev.tinyserv.buildpacks.source.JsonSource;
import dev.tinyserv.buildpacks.source.Words;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** An app's {@code package.json}, as far as a build needs it; fields of an unexpected kind count as absent. */
record PackageJson(ObjectNode content) {
    static final String NAME = "package.json";
    /** Where an install puts what is asked for here. */
    static final String MODULES = "node_modules";

    private static final int MAX_BYTES = 1024 * 1024;
    private static final List<String> DEPENDENCIES =
            List.of("dependencies", "devDependencies", "optionalDependencies", "peerDependencies");
    /** What no install reads; whatever else is there may decide what it brings. */
    private static final Set<String> NOT_FOR_INSTALLS = Set.copyOf(Words.of("""
            version description keywords homepage bugs license author contributors funding repository main module
            types scripts
            """));

    /** What installs. */
    interface Installer {
        /** The scripts of an app that it runs by itself, in the order in which it does. */
        List<String> installScripts();
    }

    static PackageJson read(Path folder) throws IOException {
        byte[] bytes = FolderFile.read(folder, NAME, MAX_BYTES)
                .orElseThrow(() -> new Refusal("package.json is a link or a folder: make it a plain file"));
        return new PackageJson(JsonSource.parse(NAME, bytes));
    }

    boolean hasScript(String name) {
        return !text("scripts", name).isEmpty();
    }

    /** This one, which installs for a package whose scripts run later. */
    PackageJson beforeScriptsOf(PackageJson member, Installer installer) {
        if (hasBuildScripts(installer) || !member.hasBuildScripts(installer)) {
            return this;
        }
        ObjectNode more = content.deepCopy();
        more.withObjectProperty("scripts").put("heroku-postbuild", "true");
        return new PackageJson(more);
    }

    /** The range of versions of a runtime in {@code engines}; empty without one. */
    String engine(String runtime) {
        return text("engines", runtime);
    }

    /** The package manager and its version, as in {@code pnpm@9.1.0}; empty without one. */
    String packageManager() {
        JsonNode value = content.path("packageManager");
        return value.isString() ? value.stringValue() : "";
    }

    /** Whether an install would do anything at all for this package. */
    boolean needsInstall(Installer installer) {
        return !installScripts(installer).isEmpty()
                || DEPENDENCIES.stream().anyMatch(kind -> content.path(kind).size() > 0);
    }

    boolean hasDevDependencies() {
        return content.path("devDependencies").size() > 0;
    }

    boolean hasWorkspaces() {
        return content.path("workspaces").size() > 0;
    }

    /** The app's own scripts that an install runs, in the order in which it does. */
    List<String> installScripts(Installer installer) {
        return installer.installScripts().stream().filter(this::hasScript).toList();
    }

    /** This one, of which an install runs no script. */
    PackageJson withoutInstallScripts(Installer installer) {
        ObjectNode less = content.deepCopy();
        less.withObjectProperty("scripts").remove(installer.installScripts());
        return new PackageJson(less);
    }

    /** Whether a build runs scripts of the app once its dependencies are there. */
    boolean hasBuildScripts(Installer installer) {
        return !installScripts(installer).isEmpty() || hasScript("build") || hasScript("heroku-postbuild");
    }

    /** Everything here that decides what an install brings. */
    String wanted(Installer installer) {
        ObjectNode wanted = content.deepCopy();
        wanted.remove(NOT_FOR_INSTALLS);
        StringBuilder all = new StringBuilder(wanted + "\n");
        installScripts(installer)
                .forEach(script -> all.append(text("scripts", script)).append('\n'));
        return all.toString();
    }

    /** Where the dependencies are to come from, also where one takes the place of another: ranges, URLs, paths. */
    List<String> places() {
        List<String> places = new ArrayList<>();
        DEPENDENCIES.forEach(kind -> addTexts(content.path(kind), places));
        addTexts(content.path("overrides"), places);
        addTexts(content.path("resolutions"), places);
        addTexts(content.path("pnpm").path("overrides"), places);
        return places;
    }

    private static void addTexts(JsonNode value, List<String> texts) {
        if (value.isString()) {
            texts.add(value.stringValue());
        }
        value.valueStream().forEach(below -> addTexts(below, texts));
    }

    /** Whether it has programs, which an install makes executable and links to. */
    boolean hasPrograms() {
        return content.has("bin") || content.path("directories").has("bin");
    }

    /** Whether an install changes packages as files of the app say, as Bun and pnpm do. */
    boolean hasPatches() {
        return content.path("patchedDependencies").size() > 0
                || content.path("pnpm").path("patchedDependencies").size() > 0;
    }

    /** The range of versions in {@code devEngines} of that package manager; empty without one. */
    String developmentManager(String name) {
        return development("packageManager", name);
    }

    /** The range of versions in {@code devEngines} of that runtime; empty without one. */
    String developmentRuntime(String name) {
        return development("runtime", name);
    }

    private String development(String kind, String name) {
        JsonNode engines = content.path("devEngines").path(kind);
        for (JsonNode each : engines.isArray() ? engines : List.of(engines)) {
            if (each.path("name").asString("").equals(name)) {
                return each.path("version").asString("");
            }
        }
        return "";
    }

    /** A text in an object of the package.json; empty if there is none. */
    String text(String object, String name) {
        JsonNode value = content.path(object).path(name);
        return value.isString() ? value.stringValue() : "";
    }
}
