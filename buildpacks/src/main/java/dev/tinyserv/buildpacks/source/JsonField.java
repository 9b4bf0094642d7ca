package dev.tinyserv.buildpacks.source;

import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A field of a JSON file that a user writes. It is read strictly: what it cannot mean is refused, naming the field and
 * what is expected there. A field that is null counts as absent.
 *
 * @param file the file's name
 * @param path where the field stands in it, such as {@code formation.web.quantity}
 * @param node what stands there; null for nothing
 */
record JsonField(String file, String path, @Nullable JsonNode node) {
    private static final int LONGEST_SHOWN = 100;

    /** A field of the file's outermost object. */
    static JsonField of(String file, ObjectNode whole, String name) {
        return new JsonField(file, Printable.excerpt(name, LONGEST_SHOWN), present(whole.get(name)));
    }

    private static @Nullable JsonNode present(@Nullable JsonNode node) {
        return node == null || node.isNull() ? null : node;
    }

    boolean isAbsent() {
        return node == null;
    }

    /**
     * The fields of this object by name, in their order; none if it is absent.
     *
     * @param most how many it may have
     * @param expected what it should look like, such as <code>{"web": {"quantity": 1}}</code>
     */
    Map<String, JsonField> members(int most, String expected) {
        Map<String, JsonField> members = new LinkedHashMap<>();
        if (isAbsent()) {
            return members;
        }
        if (!(node instanceof ObjectNode object)) {
            throw wrong(expected);
        }
        if (object.size() > most) {
            throw wrong("at most " + most + " of them, and there are " + object.size());
        }
        object.properties().forEach(each -> members.put(each.getKey(), below(each.getKey(), each.getValue())));
        return members;
    }

    /** A field of this object; this one must be an object. */
    JsonField member(String name, String expected) {
        if (!(node instanceof ObjectNode object)) {
            throw wrong(expected);
        }
        return below(name, object.get(name));
    }

    private JsonField below(String name, @Nullable JsonNode child) {
        return new JsonField(file, path + "." + Printable.excerpt(name, LONGEST_SHOWN), present(child));
    }

    /** The whole number that stands here. */
    int wholeNumber(int least, int most) {
        if (node == null
                || !node.isIntegralNumber()
                || !node.canConvertToInt()
                || node.intValue() < least
                || node.intValue() > most) {
            throw wrong("a whole number from " + least + " to " + most);
        }
        return node.intValue();
    }

    /** The text that stands here; null if it is absent. It is not blank, and has no NUL. */
    @Nullable
    String text(int mostCharacters) {
        if (node == null) {
            return null;
        }
        if (!node.isString()
                || node.stringValue().isBlank()
                || node.stringValue().indexOf('\0') >= 0
                || node.stringValue().length() > mostCharacters) {
            throw wrong("a text of 1 to " + mostCharacters + " characters");
        }
        return node.stringValue();
    }

    /** Whether {@code true} stands here; false if it is absent. */
    boolean flag() {
        if (node != null && !node.isBoolean()) {
            throw wrong("true or false");
        }
        return node != null && node.booleanValue();
    }

    /** The refusal of what stands here. */
    Refusal wrong(String expected) {
        return new Refusal(file + ": " + path + ": expected " + expected);
    }
}
