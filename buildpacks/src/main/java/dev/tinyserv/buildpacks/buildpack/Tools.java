package dev.tinyserv.buildpacks.buildpack;

import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Command;
import dev.tinyserv.buildpacks.process.CommandFailed;
import dev.tinyserv.buildpacks.process.Program;
import dev.tinyserv.buildpacks.program.Obstacle;
import dev.tinyserv.buildpacks.program.ProgramPath;
import dev.tinyserv.buildpacks.program.StartFailure;
import dev.tinyserv.buildpacks.runtime.RuntimeKind;
import dev.tinyserv.buildpacks.runtime.Tool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;

/** Runs the programs of one build: in its folder, with its variables, their output shown to the pusher. Immutable. */
public final class Tools {
    private final Build build;
    private final Map<String, String> environment;

    private Tools(Build build, Map<String, String> environment) {
        this.build = build;
        this.environment = environment;
    }

    /** Tools with the build's own variables. */
    public static Tools of(Build build) {
        return new Tools(build, build.environment());
    }

    /** These tools for a build of another folder. */
    public Tools in(Build other) {
        return new Tools(other, environment);
    }

    /** These tools with the programs of a runtime first on PATH, unless they are found anyway. */
    public Tools using(RuntimeKind kind, Path bin) {
        return finds(kind, bin) ? this : before(bin);
    }

    private boolean finds(RuntimeKind kind, Path bin) {
        return find(kind.program()).equals(Optional.of(bin.resolve(kind.program())));
    }

    /** Puts the programs of a runtime first on the PATH of the app's processes, unless they are found anyway. */
    public void useAtStart(RuntimeKind kind, Path bin) throws IOException {
        if (!finds(kind, bin)) {
            StartProfile.add(build.folder(), kind.label() + "-runtime", StartProfile.path(bin));
        }
    }

    /** These tools with the programs of a folder first on PATH. */
    public Tools before(Path bin) {
        return with(Map.of("PATH", bin + ":" + path()));
    }

    /** Whether the programs get a variable of that name. */
    public boolean isSet(String variable) {
        return environment.containsKey(variable);
    }

    /** These tools with more variables, which override the others. */
    public Tools with(Map<String, String> more) {
        Map<String, String> all = new TreeMap<>(environment);
        all.putAll(more);
        return new Tools(build, all);
    }

    /** These tools with more variables, which the build's, and so the app's config vars, override. */
    public Tools unlessSet(Map<String, String> more) {
        Map<String, String> all = new TreeMap<>(more);
        all.putAll(environment);
        return new Tools(build, all);
    }

    /** The PATH for later buildpacks, with a folder of the build first. */
    public Map<String, String> exportWith(Path bin) {
        return Map.of("PATH", bin + ":" + path());
    }

    /** The PATH and some variables for later buildpacks. */
    public Map<String, String> export(Set<String> names) {
        Map<String, String> exports = new TreeMap<>(environment);
        exports.keySet().retainAll(names);
        exports.put("PATH", path());
        return exports;
    }

    private String path() {
        return environment.getOrDefault("PATH", "/usr/bin:/bin");
    }

    /** Whether the program is found. */
    public boolean has(String program) {
        return find(program).isPresent();
    }

    /** The path of a program; empty if it is not found. */
    public Optional<Path> find(String program) {
        return Program.find(program, environment);
    }

    /** Refuses if a program is not found, with a remedy: {@code on Debian: apt-get install npm}. */
    public void require(String program, String remedy) {
        if (!has(program)) {
            Obstacle obstacle = programs().without(program, remedy);
            throw new Refusal(obstacle.what() + "; " + obstacle.remedy());
        }
    }

    /** Refuses if a tool is not found, with its remedy. */
    public void require(Tool tool) {
        require(tool.program(), tool.remedy());
    }

    /**
     * Runs a program and shows what it prints.
     *
     * @throws Refusal if it fails, naming the command
     */
    public void run(String... arguments) {
        run(List.of(arguments), line -> build.transcript().detail(line), failure -> "");
    }

    /**
     * Runs a program.
     *
     * @param output gets each line that it prints
     * @param remedy added to the message of a failure; may be empty
     * @throws Refusal if it fails, naming the command
     */
    public void run(List<String> arguments, Consumer<String> output, Function<CommandFailed, String> remedy) {
        String name = String.join(" ", arguments);
        build.transcript().detail(name);
        UnreachableHosts hosts = new UnreachableHosts();
        try {
            command(arguments).called(name).run(line -> {
                hosts.look(line);
                output.accept(line);
            });
        } catch (CommandFailed e) {
            String known = remedy.apply(e);
            String why = known.isEmpty() ? explained(name, e) : known;
            throw new Refusal(e.getMessage() + (why.isEmpty() ? hosts.remedy() : why), e);
        }
    }

    private String explained(String command, CommandFailed failure) {
        return new StartFailure(build.tree(), build.folder(), programs())
                .explained(command, failure.status(), failure.lastLines());
    }

    private ProgramPath programs() {
        return ProgramPath.of(environment, build.config());
    }

    /**
     * A command of this build, which the kernel may end first and which ends with the build. Run it at once, because
     * the transcript is told here that it begins.
     */
    public Command command(List<String> arguments) {
        build.transcript().programBegins();
        return build.command(arguments, environment);
    }
}
