package dev.tinyserv.buildpacks.buildpack.staticsite;

import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Transcript;
import dev.tinyserv.buildpacks.source.FolderFile;
import dev.tinyserv.buildpacks.source.JsonSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What a site says about itself in {@code static.json}, in the form of Heroku's buildpack for static sites. */
record StaticJson(ObjectNode content) {
    static final String NAME = "static.json";

    private static final int MAX_BYTES = 64 * 1024;
    private static final String ALL = "/**";
    private static final String INDEX = "index.html";
    private static final Set<String> KNOWN =
            Set.of("root", "build", "clean_urls", "single_page", "routes", "error_page");

    /** One without fields if there is no such file. */
    static StaticJson read(Path folder) throws IOException {
        return FolderFile.read(folder, NAME, MAX_BYTES)
                .map(bytes -> new StaticJson(JsonSource.parseLenient(NAME, bytes)))
                .orElseGet(() -> new StaticJson(JsonNodeFactory.instance.objectNode()));
    }

    /** The folder of the site, relative to the app's; {@code .} becomes empty. */
    Optional<String> root() {
        return text("root").map(root -> relative("root", root));
    }

    /** The command that makes the site. */
    Optional<String> build() {
        return text("build");
    }

    boolean cleanUrls() {
        return flag("clean_urls", true);
    }

    boolean singlePage() {
        JsonNode all = content.path("routes").path(ALL);
        return flag(
                "single_page",
                all.isString() && relative("routes", all.stringValue()).equals(INDEX));
    }

    String errorPage() {
        return text("error_page").map(page -> relative("error_page", page)).orElse("404.html");
    }

    /** Tells of what is there and has no effect. */
    void warn(Transcript transcript) {
        TreeSet<String> unknown = new TreeSet<>(content.propertyNames());
        unknown.removeAll(KNOWN);
        if (!unknown.isEmpty()) {
            transcript.problem("static.json: left out, because it is not supported: " + String.join(", ", unknown));
        }
        for (Map.Entry<String, JsonNode> route : content.path("routes").properties()) {
            if (!route.getKey().equals(ALL)) {
                transcript.problem("static.json: of routes only \"/**\" is supported; left out: " + route.getKey());
            }
        }
    }

    private boolean flag(String field, boolean otherwise) {
        JsonNode value = content.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return otherwise;
        }
        if (!value.isBoolean()) {
            throw new Refusal("static.json: " + field + ": expected true or false");
        }
        return value.booleanValue();
    }

    private Optional<String> text(String field) {
        JsonNode value = content.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isString() || value.stringValue().isBlank()) {
            throw new Refusal("static.json: " + field + ": expected a text such as \"dist\"");
        }
        return Optional.of(value.stringValue());
    }

    /** A path without empty parts and {@code .}; refused if it could lead out. */
    private static String relative(String field, String path) {
        String plain = String.join(
                "/",
                Arrays.stream(path.split("/", -1))
                        .filter(part -> !part.isEmpty() && !part.equals("."))
                        .toList());
        boolean leadsOut = Arrays.asList(plain.split("/", -1)).contains("..");
        if (leadsOut || path.indexOf('\0') >= 0) {
            throw new Refusal("static.json: " + field + ": expected a path in the app's folder, without '..'");
        }
        return plain;
    }
}
