package dev.tinyserv.cli.command;

import dev.tinyserv.cli.output.Console;
import dev.tinyserv.cli.remote.Destinations;
import dev.tinyserv.cli.remote.Git;
import dev.tinyserv.cli.remote.Server;
import dev.tinyserv.cli.remote.ServerAddress;
import dev.tinyserv.cli.remote.Surroundings;

/** The surroundings, git and console of every verb. */
record Here(Surroundings surroundings, Git git, Console console) {
    /** Finds the destinations of calls from here. */
    Destinations destinations() {
        return new Destinations(surroundings, git, console);
    }

    /** The server at an address, asked from here. */
    Server server(ServerAddress address) {
        return new Server(surroundings, git, console, address);
    }
}
