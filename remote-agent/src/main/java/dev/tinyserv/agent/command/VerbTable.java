package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.Printable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.TypeConversionException;

/** All verbs, by name and by short name. A new verb is a class and a line here. */
final class VerbTable {
    private static final List<Supplier<Verb>> ALL = List.of(
            AppsList::new,
            AppsCreate::new,
            AppsDeployKey::new,
            AppsDestroy::new,
            AppsInfo::new,
            AppsOpen::new,
            AppsSet::new,
            BuildpacksList::new,
            BuildpacksAdd::new,
            BuildpacksSet::new,
            BuildpacksRemove::new,
            BuildpacksClear::new,
            BuildsList::new,
            BuildsOutput::new,
            BuildsCancel::new,
            Config::new,
            ConfigGet::new,
            ConfigSet::new,
            ConfigUnset::new,
            Deploy::new,
            DiskShow::new,
            DiskClean::new,
            DoctorShow::new,
            KeysList::new,
            KeysAdd::new,
            KeysRemove::new,
            LogsShow::new,
            PsList::new,
            PsRestart::new,
            PsStart::new,
            PsStop::new,
            Redeploy::new,
            ReleasesList::new,
            ReleasesInfo::new,
            Rollback::new,
            SettingsShow::new,
            Status::new);

    private static final Map<String, Supplier<Verb>> BY_NAME = byName();

    private VerbTable() {}

    private static Map<String, Supplier<Verb>> byName() {
        Map<String, Supplier<Verb>> table = new LinkedHashMap<>();
        for (Supplier<Verb> verb : ALL) {
            Command command = commandOf(verb.get());
            table.put(command.name(), verb);
            for (String alias : command.aliases()) {
                table.put(alias, verb);
            }
        }
        return table;
    }

    private static Command commandOf(Verb verb) {
        return java.util.Objects.requireNonNull(verb.getClass().getAnnotation(Command.class));
    }

    static Optional<Verb> find(String name) {
        return Optional.ofNullable(BY_NAME.get(name)).map(Supplier::get);
    }

    /** The verb that looks most like a mistyped one. */
    static Optional<String> nearest(String mistyped) {
        return BY_NAME.keySet().stream()
                .filter(name -> name.endsWith(":" + mistyped) || distance(name, mistyped) <= 2)
                .findFirst();
    }

    /** A row a verb: its name with the short name, and its description. */
    static List<List<String>> rows() {
        List<List<String>> rows = new ArrayList<>();
        for (Supplier<Verb> verb : ALL) {
            Command command = commandOf(verb.get());
            String names = command.name() + (command.aliases().length == 0 ? "" : " (" + command.aliases()[0] + ")");
            rows.add(List.of(names, String.join(" ", command.description())));
        }
        return rows;
    }

    /** A verb's parser. */
    static CommandLine parserOf(Verb verb) {
        CommandLine parser = new CommandLine(verb);
        parser.setCommandName("tinyserv " + commandOf(verb).name());
        parser.setExpandAtFiles(false);
        parser.setTrimQuotes(false);
        parser.registerConverter(int.class, VerbTable::wholeNumber);
        parser.registerConverter(Integer.class, VerbTable::wholeNumber);
        return parser;
    }

    /** The parser's own words are those of a programmer. */
    private static int wholeNumber(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new TypeConversionException(
                    "'" + Printable.shortened(text, 40) + "' is no whole number, or one that is too large");
        }
    }

    /** How many letters must be changed to get from one word to the other (Levenshtein's distance). */
    private static int distance(String a, String b) {
        if (b.length() > 40) {
            return b.length();
        }
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
