package dev.tinyserv.agent.command;

import dev.tinyserv.agent.doctor.Checkup;
import dev.tinyserv.agent.doctor.Doctor;
import dev.tinyserv.agent.doctor.Finding;
import dev.tinyserv.agent.doctor.Patient;
import dev.tinyserv.agent.machine.Kernel;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Transcript;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

final class DoctorShow extends Verb {
    static final VerbDeclaration VERB = VerbDeclaration.readsServer(
                    "doctor",
                    "Check the server and every app, and say what to do",
                    "Check the machine and every app, and say what to do. The exit status is 1 if there is a problem.")
            .forAdmins("see how the machine is")
            .agent(AgentUse.ABOUT_IT_OR_ITS_ABSENCE)
            .json("Print an array with area, level, what and remedy.")
            .example("tinyserv-remote doctor");

    @Override
    Answer answer(Context context) {
        Doctor doctor =
                context.running().map(services -> services.server().doctor()).orElseGet(() -> withoutAgent(context));
        return new Examination(doctor.examine());
    }

    private static Doctor withoutAgent(Context context) {
        String home = System.getProperty("tinyserv.home");
        return new Doctor(new Patient(
                context.settings(),
                System.getenv(),
                home == null ? null : Path.of(home),
                context.keys(),
                Kernel.ofThisMachine(),
                Clock.systemUTC(),
                Optional.empty(),
                true));
    }

    /** What a doctor has found. */
    private record Examination(Checkup checkup) implements Facts {
        @Override
        public Object data() {
            return checkup.findings();
        }

        @Override
        public Text text(Instant now) {
            Text text = new Text();
            String area = "";
            for (Finding finding : checkup.findings()) {
                if (!finding.area().equals(area)) {
                    area = finding.area();
                    text.line("-----> " + area);
                }
                text.line(mark(finding) + finding.text());
            }
            return checkup.hasProblems() ? text : text.line(checkup.summary());
        }

        private static String mark(Finding finding) {
            return switch (finding.level()) {
                case OK -> "       ";
                case WARNING -> Transcript.PROBLEM + "warning: ";
                case PROBLEM -> Transcript.PROBLEM;
            };
        }

        @Override
        public Optional<Refusal> failure() {
            return checkup.hasProblems() ? Optional.of(new Refusal(checkup.summary())) : Optional.empty();
        }
    }
}
