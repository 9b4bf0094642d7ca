package dev.tinyserv.scenario;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds calls of our commands in documents, and tells which of them name a verb or an option that does not exist. */
final class DocumentedCommands {
    private static final String REST = "((?: +[^\\s|&;<>#`(]+)*)";
    /** The name of a git remote is no command. */
    private static final Pattern CALL = Pattern.compile("(?<!git push )(?<!git remote add )"
            + "(?:tinyserv(-remote)?|ssh -p 2222 (?:\\S+@)?[\\w.]+)\\'? ([a-z][a-z:-]*)" + REST);

    private static final Pattern VERB =
            Pattern.compile("((?:apps|buildpacks|builds|config|disk|git|keys|ps|releases):[a-z-]+)" + REST);
    private static final Pattern OPTION = Pattern.compile("(?<![\\S])(--?[a-z]+(?:-[a-z]+)*)");
    /** Those that the developer's command reads itself. */
    private static final Set<String> OF_ALL = Set.of("-r", "--help");
    /** A message of tinyserv, and a command of Laravel. */
    private static final Set<String> NO_CALLS = Set.of("tinyserv does not run under …", "config:cache");

    private final Map<String, String> verbs;
    private final Set<String> withoutHelp;
    private final UnaryOperator<String> help;
    private final Map<String, String> helps = new HashMap<>();
    private int seen;

    /**
     * Knows these verbs.
     *
     * @param verbs each name of a verb to the name that help knows; to nothing, where there is no help
     * @param withoutHelp what only {@code tinyserv-remote} takes
     * @param help the help of a verb
     */
    DocumentedCommands(Map<String, String> verbs, Set<String> withoutHelp, UnaryOperator<String> help) {
        this.verbs = verbs;
        this.withoutHelp = withoutHelp;
        this.help = help;
    }

    /** How many calls were looked at. */
    int seen() {
        return seen;
    }

    /** What is wrong with the calls in a document. */
    List<String> unknown(Markdown document) {
        List<String> texts = new ArrayList<>(document.code());
        document.blocks().stream()
                .filter(block -> block.language().equals("sh"))
                .flatMap(block -> block.text().lines())
                .forEach(texts::add);
        List<String> wrong = new ArrayList<>();
        for (String text : texts) {
            if (!NO_CALLS.contains(text)) {
                check(text, wrong);
            }
        }
        return wrong;
    }

    private void check(String text, List<String> wrong) {
        Matcher call = CALL.matcher(text);
        while (call.find()) {
            boolean onTheServer = call.group(1) != null;
            if (!onTheServer || !withoutHelp.contains(call.group(2))) {
                check(call.group(2), call.group(3), text, wrong);
            }
        }
        Matcher verb = VERB.matcher(text);
        if (verb.lookingAt()) {
            check(verb.group(1), verb.group(2), text, wrong);
        }
    }

    private void check(String verb, String rest, String text, List<String> wrong) {
        seen++;
        String name = verbs.get(verb);
        if (name == null) {
            wrong.add("there is no " + verb + " in `" + text + "`");
            return;
        }
        Matcher option = OPTION.matcher(rest);
        while (!name.isEmpty() && option.find()) {
            String known = helps.computeIfAbsent(name, help);
            boolean there = Pattern.compile("(?<![\\w-])" + Pattern.quote(option.group(1)) + "\\b")
                    .matcher(known)
                    .find();
            if (!there && !OF_ALL.contains(option.group(1))) {
                wrong.add(verb + " takes no " + option.group(1) + " in `" + text + "`");
            }
        }
    }
}
