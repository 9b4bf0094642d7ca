package dev.tinyserv.cli.command;

import picocli.CommandLine.Command;

/** Prints our version. */
@Command(
        name = "tinyserv version",
        description = {"Print the version of this command", ""},
        footer = {"", "Example:", "  tinyserv version"})
final class Version extends LocalVerb {
    Version(Here here) {
        super(here);
    }

    @Override
    int run() {
        here.console().line("tinyserv " + Resource.text("version.txt").strip());
        return 0;
    }
}
