package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.Account;
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
        boolean admin = context.account().role() == Account.Role.ADMIN;
        AgentStatus status = context.services().status().get();
        if (!admin) {
            status = status.withApps(ownApps(context)); // how many others there are is none of a deployer's business
        }
        if (json) {
            context.console().json(status);
            return;
        }
        context.console().line(described(status, context));
        if (admin) {
            String summary = context.services().doctor().summary();
            context.console()
                    .line(summary.startsWith("all well") ? summary : summary + ": `tinyserv-remote doctor` tells");
            context.keys()
                    .complaint()
                    .ifPresent(complaint -> context.console().problem("no key can log in: " + complaint));
        }
    }

    private static int ownApps(Context context) {
        return (int) context.services().apps().all().stream()
                .filter(app -> context.account().mayUse(app.app()))
                .count();
    }

    private static String described(AgentStatus status, Context context) {
        return "tinyserv " + status.version() + (status.ready() ? " is up" : " is starting") + ": agent pid "
                + status.pid() + ", "
                + (status.routerPid() == 0 ? "router does not answer" : "router pid " + status.routerPid())
                + ", ssh port " + status.sshPort() + ", " + status.apps() + (status.apps() == 1 ? " app" : " apps")
                + ", since " + Ago.of(status.startedAt(), context.services().clock());
    }
}
