package dev.tinyserv.agent.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All verbs, by name and by short name. A new verb is a class with its declaration, and a line here. Every call of
 * {@code tinyserv-remote} loads this class, so its static part uses no option parser and no lambdas.
 */
public final class VerbTable {
    private static final List<Entry> ALL = List.of(
            new Entry(AppsList.VERB, AppsList.class),
            new Entry(AppsCreate.VERB, AppsCreate.class),
            new Entry(AppsDeployKey.VERB, AppsDeployKey.class),
            new Entry(AppsDestroy.VERB, AppsDestroy.class),
            new Entry(AppsInfo.VERB, AppsInfo.class),
            new Entry(AppsOpen.VERB, AppsOpen.class),
            new Entry(AppsSet.VERB, AppsSet.class),
            new Entry(BuildpacksList.VERB, BuildpacksList.class),
            new Entry(BuildpacksAdd.VERB, BuildpacksAdd.class),
            new Entry(BuildpacksSet.VERB, BuildpacksSet.class),
            new Entry(BuildpacksRemove.VERB, BuildpacksRemove.class),
            new Entry(BuildpacksClear.VERB, BuildpacksClear.class),
            new Entry(BuildsList.VERB, BuildsList.class),
            new Entry(BuildsOutput.VERB, BuildsOutput.class),
            new Entry(BuildsCancel.VERB, BuildsCancel.class),
            new Entry(Config.VERB, Config.class),
            new Entry(ConfigGet.VERB, ConfigGet.class),
            new Entry(ConfigSet.VERB, ConfigSet.class),
            new Entry(ConfigUnset.VERB, ConfigUnset.class),
            new Entry(Deploy.VERB, Deploy.class),
            new Entry(DiskShow.VERB, DiskShow.class),
            new Entry(DiskClean.VERB, DiskClean.class),
            new Entry(DoctorShow.VERB, DoctorShow.class),
            new Entry(KeysList.VERB, KeysList.class),
            new Entry(KeysAdd.VERB, KeysAdd.class),
            new Entry(KeysRemove.VERB, KeysRemove.class),
            new Entry(LogsShow.VERB, LogsShow.class),
            new Entry(PsList.VERB, PsList.class),
            new Entry(PsRestart.VERB, PsRestart.class),
            new Entry(PsScale.VERB, PsScale.class),
            new Entry(PsSet.VERB, PsSet.class),
            new Entry(PsSignal.VERB, PsSignal.class),
            new Entry(PsStart.VERB, PsStart.class),
            new Entry(PsStop.VERB, PsStop.class),
            new Entry(Redeploy.VERB, Redeploy.class),
            new Entry(ReleasesList.VERB, ReleasesList.class),
            new Entry(ReleasesInfo.VERB, ReleasesInfo.class),
            new Entry(Rollback.VERB, Rollback.class),
            new Entry(SettingsShow.VERB, SettingsShow.class),
            new Entry(Status.VERB, Status.class),
            new Entry(EndApps.VERB, EndApps.class),
            new Entry(PortProblems.VERB, PortProblems.class));

    private static final Map<String, Entry> BY_NAME = byName();

    /**
     * A verb in the table.
     *
     * @param declared its declaration
     * @param type its class, which has a constructor without parameters
     */
    record Entry(VerbDeclaration declared, Class<? extends Verb> type) {
        /** A verb for one call. */
        Verb verb() {
            try {
                return type.getDeclaredConstructor().newInstance();
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(declared.name() + " cannot be made", e);
            }
        }
    }

    private VerbTable() {}

    private static Map<String, Entry> byName() {
        Map<String, Entry> table = new LinkedHashMap<>();
        for (Entry entry : ALL) {
            table.put(entry.declared().name(), entry);
            for (String alias : entry.declared().aliases()) {
                table.put(alias, entry);
            }
        }
        return table;
    }

    /** All declarations, also of hidden verbs. */
    static List<VerbDeclaration> declarations() {
        return ALL.stream().map(Entry::declared).toList();
    }

    static Optional<Entry> find(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    /** How the verb of this name or short name uses the agent. An unknown name needs a running agent. */
    public static AgentUse agentUse(String name) {
        Entry entry = BY_NAME.get(name);
        return entry == null ? AgentUse.ANSWERED_BY_IT : entry.declared().agent();
    }

    /** The name of a verb that is close to a mistyped one. */
    static Optional<String> nearest(String mistyped) {
        return BY_NAME.entrySet().stream()
                .filter(entry -> !entry.getValue().declared().isHidden())
                .map(Map.Entry::getKey)
                .filter(name -> name.endsWith(":" + mistyped) || distance(name, mistyped) <= 2)
                .findFirst();
    }

    /** A row for each verb: its name with the short name, and its description. */
    static List<List<String>> rows() {
        List<List<String>> rows = new ArrayList<>();
        for (VerbDeclaration verb : declarations()) {
            if (!verb.isHidden()) {
                String names = verb.name()
                        + (verb.aliases().isEmpty() ? "" : " (" + verb.aliases().get(0) + ")");
                rows.add(List.of(names, String.join(" ", verb.texts().sentences())));
            }
        }
        return rows;
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
