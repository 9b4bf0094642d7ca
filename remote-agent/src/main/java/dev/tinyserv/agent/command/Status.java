package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.Account;
import dev.tinyserv.agent.doctor.Doctor;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

final class Status extends Verb {
    static final VerbDeclaration VERB = VerbDeclaration.readsServer(
                    "status", "Show the state of tinyserv itself", "Show the state of tinyserv itself.")
            .by(Who.ANYBODY)
            .agent(AgentUse.ABOUT_IT)
            .json("Print an object with pid, version, routerPid, sshPort, apps, startedAt, ready and managed.")
            .example("tinyserv status --json");

    @Override
    Answer answer(Context context) {
        AgentStatus status = context.services().server().status().get();
        if (context.account().role() == Account.Role.ADMIN) {
            Doctor doctor = context.services().server().doctor();
            return new Condition(
                    status, () -> Optional.of(doctor.summary()), context.keys().complaint());
        }
        // how many others there are is none of a deployer's business
        return new Condition(status.withApps(context.ownApps().size()), Optional::empty, Optional.empty());
    }

    /**
     * The status of tinyserv.
     *
     * @param health asks the doctor, which takes a moment; empty for a deployer
     * @param complaint why no key can log in
     */
    private record Condition(AgentStatus status, Supplier<Optional<String>> health, Optional<String> complaint)
            implements Facts {
        @Override
        public Object data() {
            return status;
        }

        @Override
        public Text text(Instant now) {
            Text text = new Text().line(described(now));
            health.get()
                    .map(summary ->
                            summary.startsWith("all well") ? summary : summary + ": `tinyserv-remote doctor` tells")
                    .ifPresent(text::line);
            complaint.ifPresent(why -> text.problem("no key can log in: " + why));
            return text;
        }

        private String described(Instant now) {
            return "tinyserv " + status.version() + (status.ready() ? " is up" : " is starting") + ": agent pid "
                    + status.pid() + ", "
                    + (status.routerPid() == 0 ? "router does not answer" : "router pid " + status.routerPid())
                    + ", ssh port " + status.sshPort() + ", " + status.apps()
                    + (status.apps() == 1 ? " app" : " apps") + ", since " + Ago.of(status.startedAt(), now);
        }
    }
}
