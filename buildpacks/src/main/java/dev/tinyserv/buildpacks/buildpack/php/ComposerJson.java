package dev.tinyserv.buildpacks.buildpack.php;

import dev.tinyserv.buildpacks.source.FolderFile;
import dev.tinyserv.buildpacks.source.JsonSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** An app's {@code composer.json}, as far as a build needs it; fields of an unexpected kind count as absent. */
record ComposerJson(ObjectNode content) {
    static final String NAME = "composer.json";
    /** Where packages are installed. */
    static final String VENDOR = "vendor";

    private static final int MAX_BYTES = 1024 * 1024;
    private static final List<String> INSTALL_SCRIPTS = List.of(
            "pre-install-cmd",
            "post-install-cmd",
            "pre-update-cmd",
            "post-update-cmd",
            "pre-autoload-dump",
            "post-autoload-dump");

    /** The app's; an empty one if it has none. */
    static ComposerJson read(Path folder) throws IOException {
        boolean isThere = Files.exists(folder.resolve(NAME), LinkOption.NOFOLLOW_LINKS);
        String text = isThere ? FolderFile.plain(folder, NAME, MAX_BYTES) : "{}";
        return new ComposerJson(JsonSource.parse(NAME, text.getBytes(StandardCharsets.UTF_8)));
    }

    /** The range of versions in {@code require.php}; empty without one. */
    String phpRange() {
        return text(content.path("require").path("php"));
    }

    /** The version in {@code config.platform.php}; empty without one. */
    String platformPhp() {
        return text(content.path("config").path("platform").path("php"));
    }

    /** Whether Composer would do anything at all: get packages, check extensions, load classes, run scripts. */
    boolean needsInstall() {
        return content.path("require").propertyNames().stream().anyMatch(name -> !name.equals("php"))
                || content.path("autoload").size() > 0
                || INSTALL_SCRIPTS.stream().anyMatch(this::hasScript);
    }

    boolean hasScripts() {
        return content.path("scripts").size() > 0;
    }

    boolean hasScript(String name) {
        return !content.path("scripts").path(name).isMissingNode();
    }

    /**
     * Whether the packages are where they usually are, and none is copied from the app's own source, where it can
     * change while the lock file stays as it is. Packages that are linked to the source are no such copies.
     */
    boolean isCacheable() {
        String vendor = text(content.path("config").path("vendor-dir"));
        return (vendor.isEmpty() || vendor.equals(VENDOR))
                && content.path("repositories").valueStream().noneMatch(ComposerJson::copiesFromTheSource);
    }

    private static boolean copiesFromTheSource(JsonNode repository) {
        JsonNode symlink = repository.path("options").path("symlink");
        return switch (text(repository.path("type"))) {
            case "artifact" -> true;
            case "path" -> symlink.isBoolean() && !symlink.booleanValue();
            default -> false;
        };
    }

    private static String text(JsonNode value) {
        return value.isString() ? value.stringValue() : "";
    }
}
