package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import java.util.Optional;
import picocli.CommandLine.Option;

/**
 * One call of a verb, with its options as fields, read by Picocli. The {@link VerbDeclaration} of its class has the
 * rest.
 */
abstract class Verb {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and leave.")
    private boolean help;

    final boolean wantsHelp() {
        return help;
    }

    /** The app that the call names; empty for a verb without one. Throws a Refusal if one is needed and not named. */
    Optional<AppName> app(Context context) {
        return Optional.empty();
    }

    /**
     * Answers the call, which has passed the {@link Permission}.
     *
     * @throws dev.tinyserv.buildpacks.base.Refusal if the call cannot be answered
     */
    abstract Answer answer(Context context);

    /** Whether the answer is shown as JSON; asked after {@link #answer}. */
    boolean showsJson(boolean asked) {
        return asked;
    }
}
