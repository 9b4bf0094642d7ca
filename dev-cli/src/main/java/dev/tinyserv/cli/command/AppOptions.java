package dev.tinyserv.cli.command;

import dev.tinyserv.cli.remote.Destination;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which app. */
final class AppOptions {
    @Option(
            names = {"-a", "--app"},
            paramLabel = "NAME",
            description = "The app; otherwise that of the git remote")
    @Nullable
    String app;

    @Option(
            names = {"-r", "--remote"},
            paramLabel = "REMOTE",
            description = "The git remote to read the app from (default: tinyserv)")
    @Nullable
    String remote;

    Destination destination(Here here) {
        return Destination.found(here.surroundings(), here.git(), app, remote);
    }
}
