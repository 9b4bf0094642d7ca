package dev.tinyserv.cli.command;

import dev.tinyserv.cli.output.Problem;
import dev.tinyserv.cli.output.SafeText;
import dev.tinyserv.cli.remote.Destination;
import dev.tinyserv.cli.remote.PackedFolder;
import dev.tinyserv.cli.remote.Request;
import dev.tinyserv.cli.remote.Server;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Deploys the files of a folder or of an archive; git is not needed. */
@Command(
        name = "tinyserv deploy",
        sortOptions = false,
        description = {"Deploy a folder or a tar archive, without git", ""},
        footer = {"", "Example:", "  tinyserv deploy -a myapp build/", "  tar -cz . | tinyserv deploy -a myapp -"})
final class Deploy extends LocalVerb {
    @Parameters(
            arity = "0..1",
            paramLabel = "DIR|TAR|-",
            description = "A folder, an archive plain or with gzip, or - for an archive on the input (default: this"
                    + " folder); in a git repository without what .gitignore names")
    String what = ".";

    @Option(names = "--dry-run", description = "Say what would happen, and what would fail; change nothing")
    boolean dryRun;

    @Mixin
    final AppOptions options = new AppOptions();

    Deploy(Here here) {
        super(here);
    }

    @Override
    int run() {
        Destination destination = options.destination(here, !dryRun);
        String app = destination.requiredApp();
        Server server = here.server(destination.server());
        List<String> arguments = new ArrayList<>(List.of("deploy", "-a", app, "-"));
        if (dryRun) {
            arguments.add("--dry-run");
        }
        Request request = new Request(arguments, app, true);
        if (what.equals("-")) {
            return server.call(request);
        }
        Path path = path();
        try {
            if (Files.isDirectory(path)) {
                try (PackedFolder packed = PackedFolder.of(here.surroundings(), path);
                        InputStream in = packed.open()) {
                    return server.call(request, in);
                }
            }
            try (InputStream in = Files.newInputStream(path)) {
                return server.call(request, in);
            }
        } catch (IOException e) {
            throw Problem.failed(SafeText.quoted(what) + " cannot be read: name a folder or a tar archive");
        }
    }

    private Path path() {
        try {
            return here.surroundings().folder().resolve(what);
        } catch (InvalidPathException e) {
            throw Problem.usage(SafeText.quoted(what) + " is no name of a folder or file");
        }
    }
}
