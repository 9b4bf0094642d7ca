package dev.tinyserv.agent.command;

import picocli.CommandLine.Option;

/** One verb: its options as fields, read by Picocli; a new object for every call. */
abstract class Verb {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and leave.")
    private boolean help;

    final boolean wantsHelp() {
        return help;
    }

    /** Does it; throws {@link dev.tinyserv.buildpacks.Refusal} if it cannot. */
    abstract void run(Context context);
}
