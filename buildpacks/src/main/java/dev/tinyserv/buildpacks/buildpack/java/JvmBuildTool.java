package dev.tinyserv.buildpacks.buildpack.java;

import dev.tinyserv.buildpacks.buildpack.AskedVersion;
import dev.tinyserv.buildpacks.buildpack.BoundedFolder;
import dev.tinyserv.buildpacks.buildpack.Build;
import dev.tinyserv.buildpacks.buildpack.Tools;
import dev.tinyserv.buildpacks.buildpack.UnsetVariables;
import dev.tinyserv.buildpacks.buildpack.UnsetVariables.Place;
import dev.tinyserv.buildpacks.runtime.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A build tool of Java, as one build uses it: the app's wrapper, else the one on PATH. */
abstract class JvmBuildTool {
    /** Libraries and plugins of a larger app; they grow with each version that it has used. */
    private static final long MOST_DOWNLOADS = 1L << 30;

    final Build build;
    final BoundedFolder downloads;
    private final Tools tools;
    private final BuildOutput output;

    /**
     * The tool of a build.
     *
     * @param folder of its downloads in the app's cache
     * @param home the variable that names that folder to the tool
     */
    JvmBuildTool(Build build, Tools tools, BuildOutput output, String folder, String home) throws IOException {
        this.build = build;
        this.output = output;
        this.downloads = new BoundedFolder(build.cacheFolder(folder), MOST_DOWNLOADS);
        this.tools = tools.unlessSet(Map.of(home, downloads.folder().toString()));
    }

    /** How it is called; refuses if it is neither in the app nor on the server. */
    abstract List<String> program() throws IOException;

    /** Runs it; refuses if it fails, and says why. */
    abstract void run() throws IOException;

    final List<String> program(String wrapper, String settings, Tool tool) throws IOException {
        List<String> found = Wrapper.find(build.folder(), wrapper);
        if (!found.isEmpty()) {
            return found;
        }
        tools.require(tool);
        Wrapper.version(build.folder(), settings)
                .ifPresent(wish -> AskedVersion.tell(
                        tools, build.transcript(), tool.program(), wish, "commit " + wrapper + ", which gets it"));
        return List.of(tool.program());
    }

    final void tellStart(String name, Path kept) {
        build.transcript().step("Running " + name);
        if (Files.isDirectory(kept)) {
            build.transcript().detail("starting from the downloads of earlier builds");
        }
    }

    /** Runs the program with arguments; the places are those where passwords of repositories are named. */
    final void run(List<String> program, List<String> arguments, List<Place> places) throws IOException {
        List<String> line = new ArrayList<>(program);
        line.addAll(arguments);
        try {
            tools.run(
                    line,
                    output,
                    failure -> UnsetVariables.remedy(output.remedy(), build.folder(), places, tools::isSet));
        } finally {
            downloads.bound();
        }
    }
}
