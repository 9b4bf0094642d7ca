package dev.tinyserv.agent.doctor;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.build.Languages;
import dev.tinyserv.buildpacks.base.Printable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Examines the machine and every app, and leaves them as they were. Safe for several threads. */
public final class Doctor {
    private static final Logger LOG = LoggerFactory.getLogger(Doctor.class);

    /**
     * A summary is kept for this many times the time that it took to make, so that summaries take a sixth of a
     * processor at most, unless one takes more than 3 s.
     */
    private static final int KEPT = 5;

    private static final Duration KEPT_AT_MOST = Duration.ofSeconds(15);

    private static final List<Area> MACHINE = List.of(
            new Area("Agent and router", new ProcessCheck()),
            new Area("Start at boot", new StartAtBootCheck()),
            new Area("Settings", new SettingsCheck()),
            new Area("Ports", new PortCheck()),
            new Area("Reach", new ReachCheck()),
            new Area("Port ranges", new PortRangeCheck()),
            new Area("Disk", new DiskCheck()),
            new Area("File system", new FileSystemCheck()),
            new Area("Memory", new MemoryCheck()),
            new Area("Clock", new ClockCheck()),
            new Area("Limits", new LimitCheck()),
            new Area("Kernel", new KernelCheck()),
            new Area("Programs", new ProgramCheck(Languages.ALL)),
            new Area("Owner", new OwnerCheck()),
            new Area("Damage", new DamageCheck()),
            new Area("Keys", new KeyCheck()),
            new Area("Host key", new HostKeyCheck()),
            new Area("Host name", new HostNameCheck()));

    /** What a check looks at, in one or two words. */
    private record Area(String name, Check check) {}

    private final Patient patient;
    private final LongSupplier nanos;
    private volatile @Nullable Kept kept;

    /** When the summary was made and until when it is kept, in nanoseconds of the monotonic clock. */
    private record Kept(String summary, long made, long until) {
        static Kept of(String summary, long began, long made) {
            return new Kept(summary, made, made + Math.min((made - began) * KEPT, KEPT_AT_MOST.toNanos()));
        }

        String text(long now) {
            long seconds = TimeUnit.NANOSECONDS.toSeconds(now - made);
            return seconds == 0 ? summary : summary + " (" + seconds + " s ago)";
        }
    }

    /** A doctor for this patient. */
    public Doctor(Patient patient) {
        this(patient, System::nanoTime);
    }

    Doctor(Patient patient, LongSupplier nanos) {
        this.patient = patient;
        this.nanos = nanos;
    }

    /** Looks at everything, which takes seconds where there is much to look at. A check that fails is a finding. */
    public Checkup examine() {
        kept = null; // so that the next summary tells of the same findings
        return examine(patient);
    }

    /**
     * The {@link Checkup#summary} of an examination that is up to 15 s old and leaves out what takes long. A summary
     * that is a second old or more says how old it is.
     */
    public String summary() {
        Kept last = kept;
        long began = nanos.getAsLong();
        if (last != null && began - last.until() < 0) {
            return last.text(began);
        }
        String summary = examine(patient.examinedQuickly()).summary();
        kept = Kept.of(summary, began, nanos.getAsLong());
        return summary;
    }

    /** The problems with our ports, one line each with its remedy; empty if there are none. */
    public List<String> portProblems() {
        return run(new Area("Ports", new PortCheck()), patient).stream()
                .filter(finding -> finding.level() == Finding.Level.PROBLEM)
                .map(Finding::text)
                .toList();
    }

    private static Checkup examine(Patient patient) {
        List<Finding> findings = new ArrayList<>();
        MACHINE.forEach(area -> findings.addAll(run(area, patient)));
        for (AppName app : AppNames.under(patient.layout())) {
            findings.addAll(run(new Area("App " + app, new AppFileCheck(app)), patient));
            findings.addAll(run(new Area("App " + app, new AppProcessCheck(app)), patient));
        }
        return new Checkup(findings);
    }

    private static List<Finding> run(Area area, Patient patient) {
        Findings findings = new Findings(area.name());
        try {
            area.check().look(patient, findings);
        } catch (RuntimeException e) { // a check that breaks must not hide what the others see
            LOG.error("doctor cannot look at {}", area.name(), e);
            findings.problem(
                    "cannot be looked at: " + Printable.shortened(String.valueOf(e.getMessage()), 200),
                    "logs/agent.log tells more");
        }
        return findings.all();
    }
}
