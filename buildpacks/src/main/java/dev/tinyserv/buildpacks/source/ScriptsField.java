package dev.tinyserv.buildpacks.source;

/** Reads the field {@code scripts} of an app.json, in Heroku's form and in Dokku's. */
final class ScriptsField {
    private static final int MOST_CHARACTERS = 10_000;
    private static final String EXAMPLE = "{\"postdeploy\": \"COMMAND\"}";

    private ScriptsField() {}

    static AppJson.Scripts read(JsonField field) {
        if (field.isAbsent()) {
            return AppJson.Scripts.NONE;
        }
        JsonField each = field.member("dokku", EXAMPLE);
        String first = field.member("postdeploy", EXAMPLE).text(MOST_CHARACTERS);
        String before = field.member("predeploy", EXAMPLE).text(MOST_CHARACTERS);
        if (each.isAbsent()) {
            return new AppJson.Scripts(before, first, null);
        }
        String beforeEach = each.member("predeploy", EXAMPLE).text(MOST_CHARACTERS);
        String afterEach = each.member("postdeploy", EXAMPLE).text(MOST_CHARACTERS);
        return new AppJson.Scripts(beforeEach == null ? before : beforeEach, first, afterEach);
    }
}
