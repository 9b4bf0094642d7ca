package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.buildpacks.base.Refusal;
import java.util.Optional;

/** The gate that every call passes before its verb does anything. A verb without declared rights is refused. */
final class Permission {
    private Permission() {}

    /**
     * Refuses unless the caller may call the verb, for the app if one is named. The call is about that app from then
     * on. A refusal does not tell a caller without rights whether the app exists.
     *
     * @param app the app that the call names
     */
    static void require(VerbDeclaration verb, Call call, Optional<AppName> app) {
        Caller caller = call.caller();
        switch (verb.rights().who()) {
            case ANYBODY -> app.ifPresent(caller::requireUseOf);
            case APP_USER -> caller.requireUseOf(app.orElseThrow(() -> refusal(verb)));
            case ADMIN -> requireAdmin(verb, caller, app);
            case SERVER_ITSELF -> {
                if (!call.isLocal()) {
                    throw refusal(verb);
                }
            }
            case NOBODY -> throw refusal(verb);
        }
    }

    private static void requireAdmin(VerbDeclaration verb, Caller caller, Optional<AppName> app) {
        if (verb.aboutApp()) {
            app.ifPresent(caller::requireUseOf);
        }
        caller.account().requireAdmin(verb.rights().deed());
        app.ifPresent(caller::requireUseOf);
    }

    private static Refusal refusal(VerbDeclaration verb) {
        return new Refusal("nobody may call " + verb.name() + " this way");
    }
}
