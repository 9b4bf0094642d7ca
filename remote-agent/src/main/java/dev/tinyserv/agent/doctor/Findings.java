package dev.tinyserv.agent.doctor;

import dev.tinyserv.agent.doctor.Finding.Level;
import dev.tinyserv.buildpacks.base.Printable;
import java.util.ArrayList;
import java.util.List;

/** Collects what the checks of one area see. Used by one thread. */
final class Findings {
    private final String area;
    private final List<Finding> all = new ArrayList<>();

    Findings(String area) {
        this.area = area;
    }

    void ok(String what) {
        add(Level.OK, what, "");
    }

    void warning(String what, String remedy) {
        add(Level.WARNING, what, remedy);
    }

    void problem(String what, String remedy) {
        add(Level.PROBLEM, what, remedy);
    }

    private void add(Level level, String what, String remedy) {
        all.add(new Finding(area, level, Printable.escaped(what), Printable.escaped(remedy)));
    }

    /** How many problems there are so far. */
    long problems() {
        return all.stream().filter(finding -> finding.level() == Level.PROBLEM).count();
    }

    List<Finding> all() {
        return List.copyOf(all);
    }
}
