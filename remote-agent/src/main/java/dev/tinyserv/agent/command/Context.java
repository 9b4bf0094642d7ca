package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.Account;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.deploy.Deployer;
import dev.tinyserv.agent.deploy.Operator;
import dev.tinyserv.agent.doctor.SettingsView;
import dev.tinyserv.agent.keys.AuthorizedKeys;
import dev.tinyserv.agent.release.Releases;
import dev.tinyserv.agent.submit.Origin;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Cancellation;
import dev.tinyserv.buildpacks.process.Transcript;
import java.io.InputStream;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The context of one call of a verb.
 *
 * @param keys the keys that may log in
 * @param running the services of the agent; empty where no agent runs
 * @param app the app of the caller's folder; null if none is known
 * @param host the server's name as the caller knows it
 */
record Context(
        SettingsView settings,
        AuthorizedKeys keys,
        Optional<Services> running,
        Call call,
        @Nullable String app,
        String host) {
    Services services() {
        return running.orElseThrow(() -> new Refusal(
                "tinyserv does not run under " + settings.layout().root() + "; `tinyserv-remote startup` starts it"));
    }

    Releases releases() {
        return services().deploys().releases();
    }

    Deployer deployer() {
        return services().deploys().deployer();
    }

    Operator operator() {
        return services().apps().operator();
    }

    /** The state of an app; throws a {@link Refusal} if there is none. */
    AppState appState(AppName name) {
        return services().apps().registry().get(name);
    }

    /** The apps that the caller may use, also those whose files could not be read. */
    List<AppName> ownApps() {
        return services().apps().registry().names().stream()
                .filter(account()::mayUse)
                .toList();
    }

    Account account() {
        return call.account();
    }

    Cancellation cancellation() {
        return call.cancellation();
    }

    /** The origin of a submission of this call. */
    Origin origin(Transcript transcript) {
        return new Origin(account(), host, transcript, cancellation());
    }

    InputStream in() {
        return call.in();
    }

    Clock clock() {
        return running.map(services -> services.server().clock()).orElseGet(Clock::systemUTC);
    }

    /** The app that the option, else the caller's folder, names; throws a {@link Refusal} for none. */
    AppName appOr(@Nullable String option) {
        String name = option != null ? option : app;
        if (name == null) {
            throw Refusal.usage("which app? say -a NAME, or run this in a folder with the git remote 'tinyserv'");
        }
        return new AppName(name);
    }

    String urlOf(int port) {
        return settings.server().urlOf(port, host);
    }
}
