package dev.tinyserv.agent.command;

import dev.tinyserv.agent.doctor.Checkup;
import dev.tinyserv.agent.doctor.Doctor;
import dev.tinyserv.agent.doctor.Finding;
import dev.tinyserv.agent.doctor.Kernel;
import dev.tinyserv.agent.doctor.Patient;
import dev.tinyserv.buildpacks.Refusal;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "doctor",
        description = "Check the machine and every app, and say what to do. Exit status 1 if there is a problem.",
        footer = "%nExample:%n  tinyserv-remote doctor")
final class DoctorShow extends Verb {
    @Option(names = "--json", description = "Print an array with area, level, what and remedy.")
    private boolean json;

    @Override
    void run(Context context) {
        context.account().requireAdmin("see how the machine is");
        Doctor doctor = context.running().map(Services::doctor).orElseGet(() -> withoutAgent(context));
        Checkup checkup = doctor.examine();
        if (json) {
            context.console().json(checkup.findings());
        } else {
            print(checkup, context.console());
        }
        if (checkup.hasProblems()) {
            throw new Refusal(checkup.summary());
        }
        if (!json) {
            context.console().line(checkup.summary());
        }
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

    private static void print(Checkup checkup, Console console) {
        String area = "";
        for (Finding finding : checkup.findings()) {
            if (!finding.area().equals(area)) {
                area = finding.area();
                console.line("-----> " + area);
            }
            String mark = switch (finding.level()) {
                case OK -> "       ";
                case WARNING -> " !     warning: ";
                case PROBLEM -> " !     ";
            };
            console.line(mark + finding.text());
        }
    }
}
