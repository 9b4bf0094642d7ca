package dev.tinyserv.cli.command;

import dev.tinyserv.cli.remote.Destination;
import dev.tinyserv.cli.remote.Wish;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that name the app. */
final class AppOptions {
    @Option(
            names = {"-a", "--app"},
            paramLabel = "NAME",
            description = "The app; by default that of the git remote")
    @Nullable
    String app;

    @Option(
            names = {"-r", "--remote"},
            paramLabel = "REMOTE",
            description = "The git remote that says which server and app (default: tinyserv)")
    @Nullable
    String remote;

    Destination destination(Here here, boolean changes) {
        return here.destinations().of(new Wish(true, changes, app, remote));
    }
}
