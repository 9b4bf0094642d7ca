package dev.tinyserv.buildpacks.program;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Finds the program that a command begins with, where it is a file of the app that does not exist. Counts only if
 * certain: a command that may make the file first, or do without it, has none.
 */
public final class MissingProgram {
    private static final Pattern ASSIGNMENT = Pattern.compile("[A-Za-z_]\\w{0,99}=[^'\"`\\\\()]{0,1000}");
    private static final Pattern PATH = Pattern.compile("[\\w@.+-]{1,200}(?:/[\\w@.+-]{1,200}){1,50}");

    /** What lets a shell go on behind a program that it did not find; {@code &&} does not. */
    private static final Pattern GOES_ON = Pattern.compile("[;|\\n]|(?<!&)&(?!&)");

    /** Here an app says what is to be done before its commands. */
    private static final String PROFILES = ".profile.d";

    private MissingProgram() {}

    /**
     * The missing program as the command names it; empty if it exists or is not certain.
     *
     * @param tree the root of the app's repository
     * @param folder the app's folder, the tree or a folder in it, in which the command runs
     * @param command what a shell runs
     */
    public static Optional<String> of(Path tree, Path folder, String command) {
        boolean unknown = GOES_ON.matcher(command.strip()).find()
                || Files.exists(folder.resolve(PROFILES), LinkOption.NOFOLLOW_LINKS);
        String program = unknown ? "" : firstOf(command);
        if (!PATH.matcher(program).matches()) {
            return Optional.empty();
        }
        Path file = folder.resolve(program).normalize();
        return file.startsWith(tree) && Files.notExists(file, LinkOption.NOFOLLOW_LINKS)
                ? Optional.of(program)
                : Optional.empty();
    }

    private static String firstOf(String command) {
        for (String word : command.strip().split("\\s+", -1)) {
            if (!word.equals("exec") && !ASSIGNMENT.matcher(word).matches()) {
                return word;
            }
        }
        return "";
    }
}
