package dev.tinyserv.buildpacks.buildpack;

import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Command;
import dev.tinyserv.buildpacks.process.CommandFailed;
import dev.tinyserv.buildpacks.process.Program;
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

/** The programs that one build runs: in its folder, with its variables, shown to the pusher, ended with the build. */
public final class Tools {
    private final Build build;
    private final Map<String, String> environment;

    private Tools(Build build, Map<String, String> environment) {
        this.build = build;
        this.environment = environment;
    }

    /** With the build's own variables. */
    public static Tools of(Build build) {
        return new Tools(build, build.environment());
    }

    /** The same programs for a build of another folder. */
    public Tools in(Build other) {
        return new Tools(other, environment);
    }

    /** With the programs of a runtime before all others, unless it is the one that is found anyway. */
    public Tools using(RuntimeKind kind, Path bin) {
        return finds(kind, bin) ? this : before(bin);
    }

    private boolean finds(RuntimeKind kind, Path bin) {
        return find(kind.program()).equals(Optional.of(bin.resolve(kind.program())));
    }

    /** Lets the app's processes find the programs of a runtime before all others, unless they find them anyway. */
    public void useAtStart(RuntimeKind kind, Path bin) throws IOException {
        if (!finds(kind, bin)) {
            StartProfile.add(build.folder(), kind.label() + "-runtime", StartProfile.path(bin));
        }
    }

    /** With the programs of a folder before all others. */
    public Tools before(Path bin) {
        return with(Map.of("PATH", bin + ":" + path()));
    }

    /** Whether its programs get a variable of that name. */
    public boolean isSet(String variable) {
        return environment.containsKey(variable);
    }

    /** With variables more, that win over those there are. */
    public Tools with(Map<String, String> more) {
        Map<String, String> all = new TreeMap<>(environment);
        all.putAll(more);
        return new Tools(build, all);
    }

    /** With variables more where the build, and so the app's config vars, say nothing else. */
    public Tools unlessSet(Map<String, String> more) {
        Map<String, String> all = new TreeMap<>(more);
        all.putAll(environment);
        return new Tools(build, all);
    }

    /** The path on which they are found, for later buildpacks, with a folder of the build before all others. */
    public Map<String, String> exportWith(Path bin) {
        return Map.of("PATH", bin + ":" + path());
    }

    /** The path on which they are found and some of their variables, for later buildpacks. */
    public Map<String, String> export(Set<String> names) {
        Map<String, String> exports = new TreeMap<>(environment);
        exports.keySet().retainAll(names);
        exports.put("PATH", path());
        return exports;
    }

    private String path() {
        return environment.getOrDefault("PATH", "/usr/bin:/bin");
    }

    /** Whether there is such a program. */
    public boolean has(String program) {
        return find(program).isPresent();
    }

    /** Where a program is. */
    public Optional<Path> find(String program) {
        return Program.find(program, environment);
    }

    /** Refuses if a program is not there, telling how one gets it: {@code on Debian: apt-get install npm}. */
    public void require(String program, String remedy) {
        if (!has(program)) {
            throw new Refusal(program + " is not installed on the server; " + remedy);
        }
    }

    /** Refuses if a tool is not there, telling how one gets it. */
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
     * @param remedy what to add to the message if it fails, such as what to do; may be empty
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

    /** Why a program could not be started that the command called; empty if it is not known, else with a colon before. */
    private String explained(String command, CommandFailed failure) {
        return StartFailure.explained(
                        build.tree(), build.folder(), environment, command, failure.status(), failure.lastLines())
                .map(why -> ": " + why)
                .orElse("");
    }

    /**
     * A program of this build, which the kernel may end first and which ends with the build. It is to be run at once: the
     * transcript is told here that it begins.
     */
    public Command command(List<String> arguments) {
        build.transcript().programBegins();
        return build.command(arguments, environment);
    }
}
