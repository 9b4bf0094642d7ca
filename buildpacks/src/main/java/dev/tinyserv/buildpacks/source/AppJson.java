package dev.tinyserv.buildpacks.source;

import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The fields of an app's {@code app.json} that are read; other fields are ignored.
 *
 * @param env the config vars that the app wants
 * @param buildpacks the buildpacks that it wants, by name or URL, in the order in which they build; may be empty
 * @param formation how many processes of a type it wants, by process type; may be empty
 * @param scripts the commands that it wants run around a deploy
 */
public record AppJson(
        Map<String, Variable> env, List<String> buildpacks, Map<String, Quantity> formation, Scripts scripts) {
    /** The file's name. */
    public static final String NAME = "app.json";

    /** The largest file, in bytes. */
    public static final int MAX_BYTES = 256 * 1024;

    /** The most processes of one type. */
    public static final int MOST_OF_A_TYPE = 100;

    private static final Pattern VARIABLE_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final int SECRET_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    /**
     * A config var that the app wants.
     *
     * @param value the value if nobody sets it; null for none
     * @param secret whether a random value is made for it
     * @param required whether a value must be set
     */
    public record Variable(@Nullable String value, boolean secret, boolean required) {}

    /**
     * How many processes of a type the app wants.
     *
     * @param quantity 0 to {@value #MOST_OF_A_TYPE}
     * @param enforce whether each deploy sets it, rather than the first one of the type
     */
    public record Quantity(int quantity, boolean enforce) {}

    /**
     * Commands that run once around a deploy; null for none.
     *
     * @param predeploy before each deploy goes live
     * @param firstPostdeploy after the app's first deploy
     * @param postdeploy after each deploy
     */
    public record Scripts(
            @Nullable String predeploy,
            @Nullable String firstPostdeploy,
            @Nullable String postdeploy) {
        /** No commands. */
        public static final Scripts NONE = new Scripts(null, null, null);
    }

    public AppJson {
        env = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(env));
        buildpacks = List.copyOf(buildpacks);
        formation = Map.copyOf(formation);
    }

    /**
     * Reads an app's app.json.
     *
     * @return an empty one if there is no such file
     * @throws Refusal if it is not valid, naming line and column, or field
     */
    public static AppJson read(AppSource source) throws IOException {
        Optional<byte[]> content = source.read(NAME, MAX_BYTES);
        if (content.isEmpty() && source.exists(NAME)) {
            throw new Refusal("app.json is a link or a folder: make it a plain file");
        }
        return content.map(AppJson::parse).orElseGet(() -> new AppJson(Map.of(), List.of(), Map.of(), Scripts.NONE));
    }

    /**
     * Reads the content of an app.json.
     *
     * @throws Refusal if it is not valid, naming line and column, or field
     */
    public static AppJson parse(byte[] content) {
        if (content.length > MAX_BYTES) {
            throw new Refusal("app.json is " + content.length + " bytes, more than the " + MAX_BYTES + " it may have");
        }
        ObjectNode app = JsonSource.parseLenient(NAME, content);
        JsonNode env = app.get("env");
        Map<String, Variable> variables = new LinkedHashMap<>();
        if (env instanceof ObjectNode object) {
            object.properties()
                    .forEach(entry -> variables.put(
                            checkedName(entry.getKey()), variable("env." + entry.getKey(), entry.getValue())));
        } else if (env != null && !env.isNull()) {
            throw new Refusal("app.json: env is no object: expected {\"NAME\": \"value\"}");
        }
        return new AppJson(
                variables,
                buildpacks(app.path("buildpacks")),
                FormationField.read(JsonField.of(NAME, app, "formation")),
                ScriptsField.read(JsonField.of(NAME, app, "scripts")));
    }

    private static List<String> buildpacks(JsonNode node) {
        List<String> urls = new ArrayList<>();
        for (JsonNode each : node) {
            JsonNode url = each.isObject() ? each.path("url") : each;
            if (!url.isString()) {
                throw new Refusal("app.json: buildpacks[" + urls.size() + "]: expected {\"url\": \"python\"}");
            }
            urls.add(url.stringValue());
        }
        return urls;
    }

    /**
     * The variables to add: those with a value, and a new random value for each secret.
     *
     * @param existing the config vars that are set; none of them is changed
     * @throws Refusal naming the required ones that nobody has set
     */
    public Map<String, String> fill(Map<String, String> existing) {
        Map<String, String> added = new TreeMap<>();
        List<String> missing = new ArrayList<>();
        env.forEach((name, variable) -> {
            String value = variable.value();
            if (existing.containsKey(name)) {
                return;
            }
            if (variable.secret()) {
                added.put(name, randomHex());
            } else if (value != null) {
                added.put(name, value);
            } else if (variable.required()) {
                missing.add(name);
            }
        });
        if (!missing.isEmpty()) {
            throw new Refusal("app.json requires " + String.join(", ", missing) + ": set "
                    + (missing.size() == 1 ? "it" : "them") + " with `tinyserv config:set "
                    + String.join("=… ", missing) + "=…`");
        }
        return added;
    }

    private static String checkedName(String name) {
        if (!VARIABLE_NAME.matcher(name).matches()) {
            throw new Refusal("app.json: env has '" + Printable.excerpt(name, 60)
                    + "', no name of a variable: use letters," + " digits and '_', not a digit first");
        }
        return name;
    }

    private static Variable variable(String field, JsonNode node) {
        if (node instanceof ObjectNode object) {
            JsonNode generator = object.get("generator");
            if (generator != null
                    && !(generator.isString() && generator.stringValue().equals("secret"))) {
                throw new Refusal("app.json: " + field + ".generator: expected \"secret\"");
            }
            JsonNode required = object.get("required");
            if (required != null && !required.isBoolean()) {
                throw new Refusal("app.json: " + field + ".required: expected true or false");
            }
            String value = text(field + ".value", object.get("value"));
            // Like on Heroku, what is not said to be optional is required.
            boolean isRequired = required == null || required.booleanValue();
            return new Variable(value, generator != null, isRequired);
        }
        return new Variable(text(field, node), false, false);
    }

    private static @Nullable String text(String field, @Nullable JsonNode node) {
        if (node == null || node.isNull()) {
            return null;
        }
        if (node.isString() || node.isNumber() || node.isBoolean()) {
            String text = node.asString();
            if (text.indexOf('\0') >= 0) {
                throw new Refusal("app.json: " + field + " holds a NUL character, which no environment can");
            }
            return text;
        }
        throw new Refusal("app.json: " + field + ": expected a text");
    }

    private static String randomHex() {
        byte[] bytes = new byte[SECRET_BYTES];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
