package dev.tinyserv.buildpacks.buildpack.node;

import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.buildpack.AskedVersion;
import dev.tinyserv.buildpacks.buildpack.BoundedFolder;
import dev.tinyserv.buildpacks.buildpack.Build;
import dev.tinyserv.buildpacks.buildpack.Tools;
import dev.tinyserv.buildpacks.buildpack.UnsetVariables;
import dev.tinyserv.buildpacks.buildpack.UnsetVariables.Place;
import dev.tinyserv.buildpacks.process.CommandFailed;
import dev.tinyserv.buildpacks.runtime.RuntimeKind;
import dev.tinyserv.buildpacks.runtime.Version;
import dev.tinyserv.buildpacks.runtime.Wish;
import dev.tinyserv.buildpacks.source.FolderFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The package manager of one build: runs it, and shows what it says. */
final class NodePackages {
    private static final List<Place> SETTINGS = List.of(
            Place.bracesOrNothing(".npmrc"),
            Place.braces(".yarnrc"),
            Place.braces(".yarnrc.yml"),
            Place.braces(PackageManager.PNPM_SETTINGS),
            Place.dollar("bunfig.toml"));

    private static final List<Place> EXAMPLES = Stream.of(
                    ".env.example", ".env.sample", ".env.template", ".env.local.example")
            .map(Place::assigned)
            .toList();

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MOST_BYTES = 256 * 1024;
    private static final Pattern OMITTED = Pattern.compile("\\b(?:optional|peer)\\b");

    private final Build build;
    private final PackageManager manager;
    private final BoundedFolder downloads;
    private final Tools tools;

    /** With the programs of a runtime before all others. */
    NodePackages(Build build, PackageManager manager, RuntimeKind kind, Path bin) throws IOException {
        this.build = build;
        this.manager = manager;
        this.downloads = new BoundedFolder(build.cacheFolder(manager.program()));
        this.tools = Tools.of(build)
                .unlessSet(Map.of("NODE_ENV", "production"))
                .unlessSet(manager.settings(downloads.folder()))
                .using(kind, bin);
    }

    private NodePackages(NodePackages former, Build build, Tools tools) {
        this.build = build;
        this.manager = former.manager;
        this.downloads = former.downloads;
        this.tools = tools;
    }

    /** The same in another folder of the build's tree. */
    NodePackages in(Path folder) {
        Build there = build.in(folder);
        return new NodePackages(this, there, tools.in(there));
    }

    /**
     * With the version of the package manager that the app asks for, if the server has it or corepack gets it; else with
     * the server's, and a line tells.
     */
    NodePackages asAskedFor(PackageJson app) throws IOException {
        Optional<Wish> wish = ManagerVersion.wish(app, build.folder(), manager);
        if (wish.isEmpty()) {
            return this;
        }
        String program = manager.program();
        Optional<Version> there = AskedVersion.there(tools, program);
        if (there.isPresent() && wish.get().range().contains(there.get())) {
            return this;
        }
        Optional<Tools> fetched = Corepack.with(build, tools, program, ManagerVersion.exact(app, program));
        if (fetched.isPresent()) {
            build.transcript().detail(program + " " + wish.get().text() + ", by corepack");
            return new NodePackages(this, build, fetched.get());
        }
        tell(wish.get());
        return this;
    }

    /** Tells if the package manager is of another version than the app asks for; this one is used. */
    void tellOfAnother(PackageJson app) throws IOException {
        ManagerVersion.wish(app, build.folder(), manager).ifPresent(this::tell);
    }

    private void tell(Wish wish) {
        AskedVersion.tell(tools, build.transcript(), manager.program(), wish, ManagerVersion.remedy(manager, wish));
    }

    /**
     * Makes sure that the package manager reads what the app has committed for it.
     *
     * @throws Refusal if it is a Yarn of the other kind
     */
    void requireReader() {
        if (manager == PackageManager.YARN || manager == PackageManager.BERRY) {
            AskedVersion.there(tools, manager.program())
                    .flatMap(there -> manager.otherYarn(build.folder(), there))
                    .ifPresent(reason -> {
                        throw new Refusal(reason);
                    });
        }
    }

    PackageManager manager() {
        return manager;
    }

    /** Where the package manager is. */
    Optional<Path> program() {
        return tools.find(manager.program());
    }

    /** Runs the package manager and shows its output; a failure tells the step. */
    void run(List<String> arguments) {
        tools.require(manager.tool());
        List<String> all = new ArrayList<>(List.of(manager.program()));
        all.addAll(arguments);
        InstallOutput output = new InstallOutput(build.transcript(), manager, headers());
        boolean script = arguments.get(0).equals("run");
        tools.run(all, output, failure -> output.remedy().isEmpty() ? unset(script, output) : output.remedy());
        if (!script) {
            output.unset().ifPresent(this::tellIgnored);
        }
    }

    /** pnpm takes no line of a file that names a variable which is not set, and goes on: to the usual registry, say. */
    private void tellIgnored(String variable) {
        String told = "pnpm ignores .npmrc, because " + variable + " in it is not set: run `tinyserv config:set "
                + variable.replaceFirst("\\W.*", "") + "=…` and push again";
        if (hasMoreThan(variable)) {
            throw new Refusal(told);
        }
        build.transcript().problem(told);
    }

    private boolean hasMoreThan(String variable) {
        try {
            return FolderFile.text(build.folder(), ".npmrc", MOST_BYTES)
                    .lines()
                    .map(String::strip)
                    .anyMatch(line ->
                            !line.isEmpty() && "#;".indexOf(line.charAt(0)) < 0 && !line.contains("${" + variable));
        } catch (IOException e) {
            return true;
        }
    }

    /** Where those of node are, as node-gyp takes it: two folders above its program. */
    private Optional<Path> headers() {
        return tools.find("node")
                .map(program -> program.toAbsolutePath().getParent())
                .map(Path::getParent)
                .filter(home -> Files.isRegularFile(home.resolve("include/node/node_version.h")));
    }

    /** Settings are for installs; of what a script needs an app has an example. */
    private String unset(boolean script, InstallOutput output) {
        List<Place> places = script ? EXAMPLES : SETTINGS;
        boolean told = !script || output.asksForVariables();
        return told ? UnsetVariables.remedy(build.folder(), places, tools::isSet) : "";
    }

    /** Runs a script of the package.json. */
    void script(String script) {
        build.transcript().step("Running " + script);
        run(List.of("run", script));
    }

    /** Takes away what is for development; the lock file, where there is one, says what stays. */
    void prune(Path folder) {
        List<String> prune =
                new ArrayList<>(manager.prune(manager.lockIn(folder).isPresent()));
        if (manager == PackageManager.NPM) {
            prune.addAll(omitted());
        }
        run(prune);
    }

    /** What is said on the command line takes the place of what npm's settings omit; what they do is said again. */
    private List<String> omitted() {
        try {
            String said = tools.command(List.of("npm", "config", "get", "omit"))
                    .within(PATIENCE)
                    .collect()
                    .text();
            return OMITTED.matcher(said)
                    .results()
                    .map(kind -> "--omit=" + kind.group())
                    .distinct()
                    .toList();
        } catch (CommandFailed e) {
            build.cancellation().check();
            return List.of();
        }
    }

    /** Keeps what was downloaded from growing without end. */
    void boundDownloads() throws IOException {
        downloads.bound();
    }
}
