package dev.tinyserv.buildpacks.buildpack.classic;

import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * What a classic buildpack's {@code bin/release} prints. Its {@code addons} mean nothing here.
 *
 * @param processes the commands by process type where the Procfile is silent
 * @param variables what processes get, below the app's config vars
 */
record ReleaseYaml(Map<String, String> processes, Map<String, String> variables) {
    static final int MAX_CHARACTERS = 64 * 1024;

    private static final YAMLMapper MAPPER = new YAMLMapper();
    private static final Pattern TYPE = Pattern.compile("[A-Za-z0-9_-]{1,63}");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /** Reads it; entries of an unexpected kind are refused. */
    static ReleaseYaml parse(String text) {
        JsonNode root;
        try {
            root = MAPPER.readTree(text.startsWith("\uFEFF") ? text.substring(1) : text);
        } catch (JacksonException e) {
            String problem = e.getOriginalMessage().lines().findFirst().orElse("");
            throw new Refusal("bin/release of the buildpack printed no YAML: " + Printable.excerpt(problem, 160), e);
        }
        return new ReleaseYaml(
                texts(root.path("default_process_types"), TYPE), texts(root.path("config_vars"), VARIABLE));
    }

    private static Map<String, String> texts(JsonNode object, Pattern names) {
        Map<String, String> all = new TreeMap<>();
        object.properties().forEach(entry -> {
            JsonNode value = entry.getValue();
            if (!names.matcher(entry.getKey()).matches() || !value.isValueNode() || value.isNull()) {
                throw new Refusal("bin/release of the buildpack says '" + Printable.excerpt(entry.getKey(), 60)
                        + "', which is no name with a text");
            }
            all.put(entry.getKey(), value.asString());
        });
        return all;
    }
}
