package dev.tinyserv.buildpacks.buildpack.node;

import dev.tinyserv.buildpacks.Refusal;
import dev.tinyserv.buildpacks.buildpack.Build;
import dev.tinyserv.buildpacks.process.Command;
import dev.tinyserv.buildpacks.process.CommandFailed;
import dev.tinyserv.buildpacks.process.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** npm and node, as one build uses them. */
final class Npm {
    private static final Map<String, String> SETTINGS = Map.of(
            "npm_config_update_notifier", "false",
            "npm_config_fund", "false",
            "npm_config_audit", "false",
            "npm_config_progress", "false");

    private final Build build;

    Npm(Build build) {
        this.build = build;
    }

    /** The version of the machine's node. */
    NodeVersion nodeVersion() {
        String text = command(List.of("node", "--version")).collect().text();
        return NodeVersion.parse(text)
                .orElseThrow(() -> new Refusal("`node --version` printed no version: reinstall node on the server"));
    }

    /** Refuses if a program is not there, telling how it gets there. */
    void require(String program) {
        if (Program.find(program, build.environment()).isEmpty()) {
            throw new Refusal(program + " is not installed on the server; on Debian: apt-get install nodejs npm");
        }
    }

    /** Runs npm and shows its output; a failure tells the step. */
    void run(String... arguments) {
        require("npm");
        List<String> all = new ArrayList<>(List.of("npm"));
        all.addAll(List.of(arguments));
        String name = String.join(" ", all);
        build.transcript().detail(name);
        NpmOutput output = new NpmOutput(build.transcript());
        try {
            command(all).called(name).run(output);
        } catch (CommandFailed e) {
            throw new Refusal(e.getMessage() + output.remedy(), e);
        }
    }

    /** Runs a script of the package.json. */
    void script(String script) {
        build.transcript().step("Running " + script);
        run("run", script);
    }

    /** A program of this build, which the kernel may end first and which ends with the build. */
    Command command(List<String> arguments) {
        Map<String, String> environment = new TreeMap<>(SETTINGS);
        environment.put(
                "npm_config_cache", new DownloadCache(build.cache()).folder().toString());
        environment.put("NODE_ENV", "production");
        environment.putAll(build.environment());
        return Command.of(arguments)
                .in(build.folder())
                .environment(environment)
                .marked(build.mark())
                .until(build.deadline())
                .cancelledBy(build.cancellation())
                .asExpendable();
    }
}
