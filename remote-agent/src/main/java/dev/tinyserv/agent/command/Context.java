package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.Account;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.config.AgentSettings;
import dev.tinyserv.agent.keys.AuthorizedKeys;
import dev.tinyserv.buildpacks.Refusal;
import dev.tinyserv.buildpacks.process.Cancellation;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a verb runs in.
 *
 * @param settings the settings that hold
 * @param keys who may log in
 * @param running what the agent works with; empty where no agent runs
 * @param call who called and how
 * @param console where it prints
 * @param app the app of the caller's folder; null if none is known
 * @param host the server's name as the caller knows it
 */
record Context(
        AgentSettings settings,
        AuthorizedKeys keys,
        Optional<Services> running,
        Call call,
        Console console,
        @Nullable String app,
        String host) {
    Services services() {
        return running.orElseThrow(() -> new Refusal(
                "tinyserv does not run under " + settings.layout().root() + "; `tinyserv-remote startup` starts it"));
    }

    Account account() {
        return call.account();
    }

    Cancellation cancellation() {
        return call.cancellation();
    }

    InputStream in() {
        return call.in();
    }

    /** The app that an option or the caller's folder names; it exists and the account may use it. */
    AppName appOr(@Nullable String option) {
        String name = option != null ? option : app;
        if (name == null) {
            throw Refusal.usage("which app? say -a NAME, or run this in a folder with the git remote 'tinyserv'");
        }
        AppName found = new AppName(name);
        call.caller().requireUseOf(found);
        services().apps().get(found);
        return found;
    }

    String urlOf(int port) {
        return settings.urlOf(port, host);
    }
}
