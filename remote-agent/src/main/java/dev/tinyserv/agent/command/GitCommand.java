package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.Printable;
import dev.tinyserv.agent.config.AgentSettings;
import dev.tinyserv.agent.event.LogContext;
import dev.tinyserv.buildpacks.Refusal;
import java.util.Set;

/** Git's side of a push or a fetch: {@code git-receive-pack} and {@code git-upload-pack}. */
final class GitCommand {
    private static final String RECEIVE = "git-receive-pack";
    private static final String UPLOAD = "git-upload-pack";
    private static final Set<String> ALL = Set.of(RECEIVE, UPLOAD, "git-upload-archive");

    private final Services services;

    GitCommand(Services services) {
        this.services = services;
    }

    static boolean isGit(String name) {
        return ALL.contains(name);
    }

    int run(Call call, AgentSettings settings) {
        String name = call.arguments().get(0);
        if (!name.equals(RECEIVE) && !name.equals(UPLOAD)) {
            throw new Refusal(name + " is not served; use git fetch or git clone");
        }
        if (call.arguments().size() != 2) {
            throw Refusal.usage(name + " takes one repository");
        }
        AppName app = appOf(call.arguments().get(1), settings);
        call.account().requireUseOf(app);
        LogContext.app(app);
        if (services.apps().find(app).isEmpty()) {
            throw new Refusal("no app '" + app + "'; `tinyserv create " + app + "` makes it");
        }
        String protocol = call.environment().getOrDefault("GIT_PROTOCOL", "");
        String address = call.address();
        if (name.equals(RECEIVE)) {
            return services.git()
                    .receivePack(
                            app,
                            call.account(),
                            address,
                            call.in(),
                            call.out(),
                            call.err(),
                            call.cancellation(),
                            protocol);
        }
        return services.git()
                .uploadPack(app, call.account(), call.in(), call.out(), call.err(), call.cancellation(), protocol);
    }

    /** A client's path is compared, never resolved: the name, with '/' before it, or our own path of the repository. */
    private static AppName appOf(String path, AgentSettings settings) {
        String folder = settings.layout().repositories() + "/";
        String name = path;
        if (name.startsWith(folder)) {
            name = name.substring(folder.length());
        } else if (name.startsWith("/")) {
            name = name.substring(1);
        }
        if (name.endsWith("/")) {
            name = name.substring(0, name.length() - 1);
        }
        if (name.endsWith(".git")) {
            name = name.substring(0, name.length() - 4);
        }
        if (!AppName.isValid(name)) {
            throw new Refusal("'" + Printable.shortened(path, 60)
                    + "' is no app; the git URL ends in /NAME, for example" + " ssh://server:2222/shop");
        }
        return new AppName(name);
    }
}
