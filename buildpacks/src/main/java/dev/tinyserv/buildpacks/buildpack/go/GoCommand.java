package dev.tinyserv.buildpacks.buildpack.go;

import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.buildpack.Build;
import dev.tinyserv.buildpacks.buildpack.Tools;
import dev.tinyserv.buildpacks.process.CommandFailed;
import dev.tinyserv.buildpacks.runtime.Installed;
import dev.tinyserv.buildpacks.runtime.RuntimeKind;
import dev.tinyserv.buildpacks.runtime.Version;
import dev.tinyserv.buildpacks.source.FolderFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The go command, as one build uses it. */
final class GoCommand {
    private static final String FLAGS = "GOFLAGS";
    /** The first that could look for a repository around the app, which is somebody else's. */
    private static final Version STAMPS = new Version(1, 18, 0);

    private final Build build;
    private final Tools tools;

    GoCommand(Build build, Installed go, GoCaches caches) {
        this.build = build;
        this.tools = Tools.of(build)
                .unlessSet(settings(build.folder(), caches))
                .with(Map.of(FLAGS, flags(build, go.version())))
                .using(RuntimeKind.GO, go.bin());
    }

    private static Map<String, String> settings(Path folder, GoCaches caches) {
        Map<String, String> settings = new TreeMap<>(Map.of(
                "GO111MODULE",
                "on",
                "GOTOOLCHAIN",
                "local",
                "GOCACHE",
                caches.compiled().folder().toString(),
                "GOMODCACHE",
                caches.modules().folder().toString()));
        if (!isWorkspace(folder)) {
            // One above the app's folder would be somebody else's.
            settings.put("GOWORK", "off");
        }
        return settings;
    }

    /**
     * The app's own flags come last, so that they win. Without {@code -trimpath} the folder of the build, another each
     * time, would be in the programs and decide what is compiled anew.
     */
    private static String flags(Build build, Version version) {
        List<String> flags = new ArrayList<>();
        if (!isWorkspace(build.folder())) {
            flags.add(FolderFile.exists(build.folder(), "vendor/modules.txt") ? "-mod=vendor" : "-mod=readonly");
        }
        flags.add("-trimpath");
        if (version.compareTo(STAMPS) >= 0) {
            flags.add("-buildvcs=false");
        }
        flags.add(build.environment().getOrDefault(FLAGS, ""));
        return String.join(" ", flags).strip();
    }

    private static boolean isWorkspace(Path folder) {
        return FolderFile.exists(folder, "go.work");
    }

    /** Runs it and shows its output; a failure tells what to do. */
    void run(List<String> arguments) {
        GoOutput output = new GoOutput(build.transcript());
        tools.run(command(arguments), output, failure -> output.remedy());
    }

    /** Runs it and returns the lines that it printed; they are shown only if it fails. */
    List<String> ask(List<String> arguments) {
        try {
            return tools.command(command(arguments))
                    .called("go " + arguments.get(0))
                    .collect()
                    .lines();
        } catch (CommandFailed e) {
            GoOutput output = new GoOutput(build.transcript());
            e.lastLines().forEach(output);
            throw new Refusal(e.getMessage() + output.remedy(), e);
        }
    }

    private static List<String> command(List<String> arguments) {
        return Stream.concat(Stream.of("go"), arguments.stream()).toList();
    }
}
