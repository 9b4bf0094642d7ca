package dev.tinyserv.agent;

import dev.tinyserv.buildpacks.base.Refusal;
import java.util.List;
import java.util.Optional;

/**
 * A verb that is for the server itself, and what {@code tinyserv-remote help} says of it.
 *
 * @param name how it is called
 * @param option the one option that it knows; empty if it knows none
 * @param description what it does
 */
record ServerVerb(String name, String option, String description) {
    private static final List<ServerVerb> ALL = List.of(
            new ServerVerb("startup", "", "Start agent and router; return when every app is up or has failed once."),
            new ServerVerb("restart", "", "Replace agent and router by this version; apps are untouched."),
            new ServerVerb("shutdown", "", "End everything; the next startup brings back what was up."),
            new ServerVerb(
                    "install",
                    "--dry-run",
                    "Have tinyserv started at boot: a systemd unit, or a crontab line without root."),
            new ServerVerb("version", "", "Print the version."));

    static Optional<ServerVerb> find(String name) {
        return ALL.stream().filter(verb -> verb.name.equals(name)).findFirst();
    }

    /** One line for each verb, under a heading. */
    static String list() {
        StringBuilder text = new StringBuilder("\nOn the server only:\n\n");
        for (ServerVerb verb : ALL) {
            text.append("%-12s %s%n".formatted(verb.name, verb.description));
        }
        return text.toString();
    }

    /** The verb's help, with an example. */
    String help() {
        return usage() + "\n" + description + "\n\nExample:\n  tinyserv-remote " + name + "\n";
    }

    /** Throws a {@link Refusal} for arguments that the verb does not know. */
    void check(List<String> arguments) {
        for (String argument : arguments) {
            if (!argument.equals(option) || arguments.size() > 1) {
                throw Refusal.usage("unexpected argument '" + argument + "'\n" + usage());
            }
        }
    }

    private String usage() {
        return "Usage: tinyserv-remote " + name + (option.isEmpty() ? "" : " [" + option + "]");
    }
}
