package dev.tinyserv.buildpacks.buildpack;

import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.source.FolderFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds variables that the settings of a package manager name and that are not set, such as {@code NPM_TOKEN}. Package
 * managers only say that a download was refused.
 */
public final class UnsetVariables {
    private static final int MOST_BYTES = 256 * 1024;
    private static final int MOST_NAMES = 5;

    private UnsetVariables() {}

    /**
     * How a file names variables.
     *
     * @param file its name in the app's folder
     * @param name a variable is its first group
     */
    public record Place(String file, Pattern name) {
        /** By {@code ${NAME}}; what has a default is another form. */
        public static Place braces(String file) {
            return new Place(file, Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]{0,99})}"));
        }

        /** As shells set them: {@code NAME=value}. */
        public static Place assigned(String file) {
            return new Place(file, Pattern.compile("^\\s{0,20}(?:export\\s{1,20})?([A-Za-z_][A-Za-z0-9_]{0,99})="));
        }

        /** By {@code ${NAME}}, or by {@code ${NAME?}}, which is nothing if it is not set. */
        public static Place bracesOrNothing(String file) {
            return new Place(file, Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]{0,99})\\??}"));
        }

        /** By {@code $NAME} or {@code ${NAME}}. */
        public static Place dollar(String file) {
            return new Place(file, Pattern.compile("\\$(?:\\{(?=[A-Za-z0-9_]{1,100}}))?([A-Za-z_][A-Za-z0-9_]{0,99})"));
        }
    }

    /**
     * {@code ": "} with the unset variables and how to set them, for the message of a failure; empty for none.
     *
     * @param isSet whether the package manager had a variable
     */
    public static String remedy(Path folder, List<Place> places, Predicate<String> isSet) {
        List<String> files = new ArrayList<>();
        Set<String> unset = new TreeSet<>();
        for (Place place : places) {
            Set<String> found = unset(folder, place, isSet);
            if (!found.isEmpty()) {
                files.add(place.file());
                unset.addAll(found);
            }
        }
        if (unset.isEmpty()) {
            return "";
        }
        List<String> names = unset.stream().limit(MOST_NAMES).toList();
        return ": " + String.join(" and ", files) + (files.size() == 1 ? " names " : " name ")
                + String.join(", ", names) + ", which " + (names.size() == 1 ? "is" : "are")
                + " not set; run `tinyserv config:set " + String.join("=… ", names) + "=…` and push again";
    }

    /** The remedy from the output of the package manager; if that is empty, the one for unset variables. */
    public static String remedy(String shown, Path folder, List<Place> places, Predicate<String> isSet) {
        return shown.isEmpty() ? remedy(folder, places, isSet) : shown;
    }

    private static Set<String> unset(Path folder, Place place, Predicate<String> isSet) {
        Set<String> names = new TreeSet<>();
        try {
            for (String line :
                    FolderFile.text(folder, place.file(), MOST_BYTES).lines().toList()) {
                Matcher name = place.name().matcher(isComment(line) ? "" : line);
                while (name.find()) {
                    names.add(name.group(1));
                }
            }
        } catch (IOException | Refusal e) {
            return Set.of(); // whoever needs it will say that it cannot be read
        }
        names.removeIf(isSet);
        return names;
    }

    private static boolean isComment(String line) {
        String text = line.stripLeading();
        return text.startsWith("#") || text.startsWith(";");
    }
}
