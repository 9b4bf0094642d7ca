package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import java.util.Optional;
import picocli.CommandLine.Option;

/**
 * One verb: its options as fields, read by Picocli; a new object for every call. What else is true of it stands in the
 * {@link VerbDeclaration} of its class.
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

    /** The app that the call names; throws a Refusal if it must name one and does not. */
    Optional<AppName> app(Context context) {
        return Optional.empty();
    }

    /**
     * Answers the call, which has passed the {@link Permission}.
     *
     * @throws dev.tinyserv.buildpacks.base.Refusal if it cannot
     */
    abstract Answer answer(Context context);

    /** Whether the answer is shown as JSON; asked after {@link #answer}. */
    boolean showsJson(boolean asked) {
        return asked;
    }
}
