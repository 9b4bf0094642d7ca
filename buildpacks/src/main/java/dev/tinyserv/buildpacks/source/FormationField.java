package dev.tinyserv.buildpacks.source;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Reads the field {@code formation} of an app.json. */
final class FormationField {
    private static final Pattern TYPE = Pattern.compile("[A-Za-z0-9_-]{1,63}");
    private static final int MOST_TYPES = 50;
    private static final String EXAMPLE = "{\"quantity\": 1}";

    private FormationField() {}

    /** The quantities that it names, by process type. */
    static Map<String, AppJson.Quantity> read(JsonField field) {
        Map<String, AppJson.Quantity> quantities = new TreeMap<>();
        field.members(MOST_TYPES, "{\"web\": " + EXAMPLE + "}").forEach((type, settings) -> {
            if (!TYPE.matcher(type).matches()) {
                throw settings.wrong("a process type of 1 to 63 letters, digits, '_' or '-'");
            }
            if (type.equals("release")) {
                throw settings.wrong("no quantity: the release phase runs once for each release");
            }
            JsonField quantity = settings.member("quantity", EXAMPLE);
            boolean enforce = settings.member("enforce", EXAMPLE).flag();
            if (!quantity.isAbsent()) {
                int wanted = quantity.wholeNumber(0, AppJson.MOST_OF_A_TYPE);
                quantities.put(type, new AppJson.Quantity(wanted, enforce));
            }
        });
        return quantities;
    }
}
