package dev.tinyserv.agent.app;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which processes of an app should run; a part of {@link AppState}. No release changes what was set for a type that it
 * does not have, so a type that comes back has its old scale.
 *
 * @param formation how many processes of each type
 * @param formedBy the number of the last release whose types and app.json the formation heeds; 0 for none
 * @param stopped those that were stopped by hand
 */
public record Scale(Formation formation, int formedBy, SortedSet<ProcessSelector> stopped) {
    /** The scale of a new app. */
    public static final Scale NONE = new Scale(Formation.NONE, 0, new TreeSet<>());

    public Scale {
        stopped = Collections.unmodifiableSortedSet(new TreeSet<>(stopped));
    }

    /** The processes that should run of a release with these types. */
    public List<ProcessName> processes(Collection<ProcessType> types) {
        return formation.of(types).processes().stream()
                .filter(process -> !isStopped(process))
                .toList();
    }

    /** Whether the process was stopped by hand. */
    public boolean isStopped(ProcessName process) {
        return stopped.stream().anyMatch(each -> each.selects(process));
    }

    /** This scale with a formation that heeds a release. */
    public Scale formed(Formation changed, int release) {
        return new Scale(changed, release, stopped);
    }

    /** This scale with other numbers for some types, of which then nothing is stopped by hand. */
    public Scale with(SortedMap<ProcessType, Integer> counts) {
        SortedMap<ProcessType, Integer> changed = new TreeMap<>(formation.counts());
        changed.putAll(counts);
        SortedSet<ProcessSelector> still = new TreeSet<>(stopped);
        still.removeIf(each -> counts.containsKey(each.type()));
        return new Scale(new Formation(changed), formedBy, still);
    }

    /** This scale with more processes stopped by hand. */
    public Scale withStopped(ProcessSelector processes) {
        SortedSet<ProcessSelector> more = new TreeSet<>(stopped);
        if (processes.index() == 0) {
            more.removeIf(each -> each.type().equals(processes.type()));
        }
        more.add(processes);
        return new Scale(formation, formedBy, more);
    }

    /** This scale with some processes no more stopped by hand; the others of their type stay so. */
    public Scale withoutStopped(ProcessSelector processes) {
        SortedSet<ProcessSelector> rest = new TreeSet<>(stopped);
        boolean all = rest.remove(ProcessSelector.all(processes.type()));
        if (processes.index() == 0) {
            rest.removeIf(each -> each.type().equals(processes.type()));
        } else if (all) {
            for (int index = 1; index <= formation.count(processes.type()); index++) {
                rest.add(new ProcessSelector(processes.type(), index));
            }
        }
        rest.remove(processes);
        return new Scale(formation, formedBy, rest);
    }

    /** This scale with nothing stopped by hand. */
    public Scale started() {
        return new Scale(formation, formedBy, new TreeSet<>());
    }
}
