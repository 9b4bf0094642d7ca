package dev.tinyserv.buildpacks.program;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The programs of which the last lines of a command say that they could not be started. Most of these words are also those
 * of a file that could not be read or written: a line counts only where it can mean nothing but a program.
 */
final class UnstartedPrograms {
    private static final int CANNOT_EXECUTE = 126;
    private static final int NOT_FOUND = 127;
    private static final int LONGEST_LINE = 2000;

    /** A traceback shows the call of a frame below it, and from Python 3.11 on marks in a third line. */
    private static final int LINES_OF_A_FRAME = 3;

    private static final String NAME = "([^\\s:'\"‘’`]{1,200}?)";

    /** How a shell begins that says in which line of which script it is; a sourced file may be named, too. */
    private static final String SHELL = "(?:^|\\s)[\\w./-]{1,200}: (?:line )?\\d{1,9}: (?:[\\w./-]{1,200}: )?";

    /** These words are said of nothing but a program, whatever the status is in the end. */
    private static final List<Pattern> ALWAYS = List.of(
            Pattern.compile(SHELL + NAME + ": (?:command )?not found$"),
            Pattern.compile(SHELL + NAME + ": Exec format error$"),
            Pattern.compile(SHELL + NAME + ": cannot execute(?: binary file)?: .{1,80}$"),
            Pattern.compile("(?:^|: )" + NAME + ": [^:]{1,200}: bad interpreter: .{1,80}$"),
            Pattern.compile("^(?:/usr)?(?:/bin/)?env: ['‘\"]" + NAME
                    + "(?:\\\\r)?['’\"]: (?:No such file or directory|Permission denied)$"),
            Pattern.compile("^bundler: (?:command not found|not executable): " + NAME + "$"),
            Pattern.compile("\\bspawn(?:Sync)? " + NAME + " (?:ENOENT|EACCES)\\b"),
            Pattern.compile("in [`'](?:[A-Z]\\w*[.#])*(?:spawn|exec|system|popen|popen_run|`)'?: "
                    + "(?:No such file or directory|Permission denied) - " + NAME + " \\(Errno::"));

    /** And these are a program's if the status says that one could not be started. */
    private static final List<Pattern> AT_END = List.of(
            Pattern.compile("(?:^|: )(?:exec: )?" + NAME + ": (?:command )?(?:not found|Exec format error)$"),
            Pattern.compile("(?:^|: )" + NAME + ": cannot execute(?: binary file)?: .{1,80}$"));

    /** A redirection that fails is told in the same words, but never with this status. */
    private static final Pattern DENIED = Pattern.compile("(?:^|: )" + NAME + ": Permission denied$");

    /**
     * With this one dash says it of a program that it looked for in all folders of the path, of which it may not look into
     * each.
     */
    private static final Pattern NOWHERE =
            Pattern.compile("(?:^|\\s)[\\w./-]{1,200}: \\d{1,9}: (?:exec: )?([^\\s:/'\"]{1,200}): Permission denied$");

    private static final Pattern PYTHON = Pattern.compile(
            "^(?:FileNotFoundError|PermissionError): \\[Errno (?:2|13)\\] [A-Za-z ]{1,40}: '" + NAME + "'$");

    /** The method of Python's module subprocess that starts a program. */
    private static final String PYTHON_STARTS = ", in _execute_child";

    private UnstartedPrograms() {}

    /**
     * Their names, the last one first.
     *
     * @param newest the lines, the last one first
     * @param status with which the command ended; -1 for none
     */
    static Set<String> in(List<String> newest, int status) {
        Set<String> names = new LinkedHashSet<>();
        for (int i = 0; i < newest.size(); i++) {
            String line = newest.get(i).strip();
            if (line.length() > LONGEST_LINE) {
                continue;
            }
            add(names, ALWAYS, line);
            if (status == CANNOT_EXECUTE || status == NOT_FOUND) {
                add(names, AT_END, line);
            }
            if (status == CANNOT_EXECUTE) {
                add(names, List.of(DENIED), line);
            } else if (status == NOT_FOUND) {
                add(names, List.of(NOWHERE), line);
            }
            List<String> before = newest.subList(i + 1, Math.min(newest.size(), i + 1 + LINES_OF_A_FRAME));
            if (before.stream().anyMatch(each -> each.endsWith(PYTHON_STARTS))) {
                add(names, List.of(PYTHON), line);
            }
        }
        return names;
    }

    private static void add(Set<String> names, List<Pattern> patterns, String line) {
        for (Pattern pattern : patterns) {
            Matcher match = pattern.matcher(line);
            if (match.find()) {
                names.add(match.group(1));
            }
        }
    }
}
