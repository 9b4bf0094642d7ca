package dev.tinyserv.agent.app;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * An app's config vars: names to values. A value is any text without NUL, which no environment can hold. All names and
 * values together have at most {@link #LIMIT_BYTES} in UTF-8. Immutable.
 */
public final class ConfigVars {
    /** The most bytes of all names and values together. */
    public static final int LIMIT_BYTES = 32 * 1024;

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final ConfigVars NONE = new ConfigVars(Map.of());

    private final SortedMap<String, String> values;

    /** Throws a {@link Refusal} for a bad name, NUL, a lone surrogate or too many bytes. */
    @JsonCreator
    public ConfigVars(Map<String, String> values) {
        values.forEach(ConfigVars::check);
        long bytes = values.entrySet().stream()
                .mapToLong(entry -> entry.getKey().length() + entry.getValue().getBytes(StandardCharsets.UTF_8).length)
                .sum();
        if (bytes > LIMIT_BYTES) {
            throw new Refusal("the config vars are " + bytes + " bytes, more than the " + LIMIT_BYTES
                    + " that fit; keep large values in a file under TINYSERV_DATA_DIR");
        }
        this.values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    }

    /** No variables. */
    public static ConfigVars none() {
        return NONE;
    }

    /** Refuses what cannot be the name of a variable. */
    public static void requireName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new Refusal("'" + Printable.shortened(name, 60) + "' is no name of a config var: use letters, digits"
                    + " and '_', not a digit first");
        }
    }

    private static void check(String name, String value) {
        requireName(name);
        if (value.indexOf('\0') >= 0) {
            throw new Refusal("the value of " + Printable.shortened(name, 60)
                    + " holds a NUL byte, which no environment can; encode it, for example in base64");
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
            throw new Refusal("the value of " + Printable.shortened(name, 60)
                    + " is not valid UTF-8; encode it, for example in base64");
        }
    }

    /** These variables with others set on top. */
    public ConfigVars with(Map<String, String> changes) {
        Map<String, String> merged = new TreeMap<>(values);
        merged.putAll(changes);
        return new ConfigVars(merged);
    }

    /** These variables without some. */
    public ConfigVars without(Collection<String> names) {
        Map<String, String> rest = new TreeMap<>(values);
        rest.keySet().removeAll(names);
        return new ConfigVars(rest);
    }

    /** Names to values, sorted by name; unmodifiable. */
    @JsonValue
    public SortedMap<String, String> asMap() {
        return values;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ConfigVars vars && values.equals(vars.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    /** The names only, because values are secret. */
    @Override
    public String toString() {
        return "ConfigVars" + values.keySet();
    }
}
