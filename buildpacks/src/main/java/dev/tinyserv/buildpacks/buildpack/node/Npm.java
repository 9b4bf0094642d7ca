package dev.tinyserv.buildpacks.buildpack.node;

import dev.tinyserv.buildpacks.buildpack.Build;
import dev.tinyserv.buildpacks.buildpack.Tools;
import dev.tinyserv.buildpacks.runtime.RuntimeKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** npm, as one build uses it. */
final class Npm {
    private static final Map<String, String> SETTINGS = Map.of(
            "NODE_ENV", "production",
            "npm_config_update_notifier", "false",
            "npm_config_fund", "false",
            "npm_config_audit", "false",
            "npm_config_progress", "false");

    private final Build build;
    private final Tools tools;

    /** The one that belongs to the node in that folder, or the one on PATH. */
    Npm(Build build, Path bin) {
        this.build = build;
        String downloads = new DownloadCache(build.cache()).folder().toString();
        this.tools = Tools.of(build)
                .unlessSet(SETTINGS)
                .unlessSet(Map.of("npm_config_cache", downloads))
                .using(RuntimeKind.NODE, bin);
    }

    /** Runs npm and shows its output; a failure tells the step. */
    void run(String... arguments) {
        tools.require("npm", RuntimeKind.NODE.remedy());
        List<String> all = new ArrayList<>(List.of("npm"));
        all.addAll(List.of(arguments));
        NpmOutput output = new NpmOutput(build.transcript());
        tools.run(all, output, failure -> output.remedy());
    }

    /** Runs a script of the package.json. */
    void script(String script) {
        build.transcript().step("Running " + script);
        run("run", script);
    }
}
