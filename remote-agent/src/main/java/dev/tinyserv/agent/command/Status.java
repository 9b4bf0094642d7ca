package dev.tinyserv.agent.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "status",
        description = "Show how tinyserv itself does.",
        footer = "%nExample:%n  tinyserv status --json")
final class Status extends Verb {
    @Option(names = "--json", description = "Print pid, version, routerPid, sshPort, apps, startedAt and more.")
    private boolean json;

    @Override
    void run(Context context) {
        AgentStatus status = context.services().status().get();
        if (json) {
            context.console().json(status);
            return;
        }
        context.console()
                .line("tinyserv " + status.version() + (status.ready() ? " is up" : " is starting") + ": agent pid "
                        + status.pid() + ", "
                        + (status.routerPid() == 0 ? "router does not answer" : "router pid " + status.routerPid())
                        + ", ssh port " + status.sshPort() + ", " + status.apps()
                        + (status.apps() == 1 ? " app" : " apps")
                        + ", since "
                        + Ago.of(status.startedAt(), context.services().clock()));
        String summary = context.services().doctor().summary();
        context.console().line(summary.startsWith("all well") ? summary : summary + ": `tinyserv-remote doctor` tells");
    }
}
