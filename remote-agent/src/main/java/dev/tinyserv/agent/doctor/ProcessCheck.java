package dev.tinyserv.agent.doctor;

import dev.tinyserv.agent.machine.LockHolder;
import dev.tinyserv.agent.route.control.RouterStatus;
import dev.tinyserv.buildpacks.process.ProcessIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Agent, router and their keepers run, and are of the version that is installed. */
final class ProcessCheck implements Check {
    private static final String JAR = "tinyserv-remote-agent-";
    private static final String START = "`tinyserv-remote startup` starts it";
    private static final String RESTART = "`tinyserv-remote restart`";

    @Override
    public void look(Patient patient, Findings findings) {
        Optional<ProcessIdentity> router = LockHolder.of(patient.layout().routerLock());
        if (patient.live().isEmpty()) {
            tellWhyThereIsNoAnswer(patient, findings);
        } else {
            lookAtAgent(patient, patient.live().get(), findings);
        }
        Optional<RouterStatus> answer = patient.live().flatMap(Live::router);
        if (router.isEmpty() && answer.isPresent()) {
            findings.problem(
                    "the router (pid " + answer.get().pid()
                            + ") runs, but its lock run/router.lock is missing: somebody has deleted run/ or something in"
                            + " it",
                    RESTART + " makes it again");
        } else if (router.isEmpty()) {
            findings.problem(
                    "the router does not run, so no app answers",
                    patient.live().isPresent() ? "logs/router.log tells why; the agent goes on trying" : START);
        } else if (patient.live().isPresent() && answer.isEmpty()) {
            findings.problem(
                    "the router (pid " + router.get().pid() + ") does not answer the agent",
                    "logs/router.log tells why; " + RESTART + " replaces it");
        } else {
            findings.ok("router pid " + router.get().pid());
            lookForKeeper(patient, "router", router.get().pid(), findings);
        }
    }

    private static void tellWhyThereIsNoAnswer(Patient patient, Findings findings) {
        Optional<Long> pid = LockHolder.of(patient.layout().agentLock()).map(ProcessIdentity::pid);
        if (pid.isEmpty()) {
            findings.problem("the agent does not run under " + patient.layout().root(), START);
        } else if (Files.exists(patient.layout().agentSocket())) {
            findings.problem(
                    "the agent (pid " + pid.get() + ") does not answer",
                    RESTART + " replaces it, and apps go on; logs/agent.log may tell why");
        } else {
            findings.problem(
                    "agent pid " + pid.get() + " runs, but its socket run/agent.sock is missing",
                    "the agent makes it again within seconds; if not, " + RESTART + " replaces the agent");
        }
    }

    private static void lookAtAgent(Patient patient, Live live, Findings findings) {
        long pid = ProcessHandle.current().pid();
        String version = version();
        findings.ok("agent pid " + pid + ", version " + version + ", Java " + System.getProperty("java.version"));
        if (!Files.exists(patient.layout().agentSocket())) {
            findings.problem(
                    "run/agent.sock is missing: somebody has deleted run/ or something in it",
                    RESTART + " makes it again");
        }
        installed(patient)
                .filter(there -> !there.equals(version))
                .ifPresent(there -> findings.warning(
                        "version " + there + " is installed and version " + version + " runs",
                        RESTART + " replaces it; apps go on"));
        if (!live.managed()) {
            lookForKeeper(patient, "agent", pid, findings);
        }
    }

    private static void lookForKeeper(Patient patient, String what, long pid, Findings findings) {
        OptionalLong parent = patient.kernel().field("proc/" + pid + "/status", "PPid:");
        if (parent.isEmpty()) {
            return; // the process has just ended
        }
        String command =
                patient.kernel().text("proc/" + parent.getAsLong() + "/cmdline").orElse("");
        if (!command.contains("libexec/keep")) {
            findings.warning(
                    "the " + what + " has no keeper, so nobody starts it again if it dies",
                    "`tinyserv-remote restart` gives it one");
        }
    }

    static String version() {
        String version = ProcessCheck.class.getPackage().getImplementationVersion();
        return version == null ? "unpackaged" : version;
    }

    private static Optional<String> installed(Patient patient) {
        Path home = patient.home();
        if (home == null || version().equals("unpackaged")) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(home.resolve("lib"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith(JAR) && name.endsWith(".jar"))
                    .map(name -> name.substring(JAR.length(), name.length() - ".jar".length()))
                    .findFirst();
        } catch (IOException | UncheckedIOException e) {
            return Optional.of("unknown (" + home + " is not there)");
        }
    }
}
