package dev.tinyserv.buildpacks.buildpack.classic;

import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.buildpack.Build;
import dev.tinyserv.buildpacks.buildpack.Buildpack;
import dev.tinyserv.buildpacks.buildpack.BuiltApp;
import dev.tinyserv.buildpacks.buildpack.Plan;
import dev.tinyserv.buildpacks.process.Command;
import dev.tinyserv.buildpacks.process.CommandFailed;
import dev.tinyserv.buildpacks.program.ProgramFile;
import dev.tinyserv.buildpacks.program.ProgramPath;
import dev.tinyserv.buildpacks.program.StartFailure;
import dev.tinyserv.buildpacks.source.AppSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A buildpack with Heroku's classic interface: {@code bin/detect}, {@code bin/compile}, {@code bin/release} and
 * {@code export}, see Heroku's "Buildpack API". Published ones run unchanged, as far as they find their files here.
 */
public final class ClassicBuildpack implements Buildpack {
    /** Programs that buildpacks fetch for it need a C library no newer than that of Debian 12. */
    private static final String STACK = "heroku-22";

    /** What the shell and we set ourselves. */
    private static final Set<String> OWN = Set.of("PWD", "OLDPWD", "SHLVL", "_", "TINYSERV_COMMAND");

    private final Location location;

    private ClassicBuildpack(Location location) {
        this.location = location;
    }

    /**
     * The buildpack at a place.
     *
     * @param place a URL that git can fetch from, with {@code #REF} if wanted, or an absolute folder of the server
     * @return empty if it is neither
     * @throws Refusal if it is one of them, but cannot be used
     */
    public static Optional<Buildpack> at(String place) {
        return Location.parse(place).map(ClassicBuildpack::new);
    }

    @Override
    public String name() {
        return location.toString();
    }

    /** It can tell only when the source has been written: it is asked then, as part of its build. */
    @Override
    public boolean detects(AppSource source) {
        return true;
    }

    @Override
    public Plan plan(Build build) {
        new Checkout(build, location).require();
        return Plan.undecided(name());
    }

    @Override
    public BuiltApp build(Build build) throws IOException {
        build.transcript().step("Building with " + location);
        Path pack = new Checkout(build, location).folder();
        Path bin = pack.resolve("bin");
        Map<String, String> environment = environment(build);
        detect(build, bin, environment);
        Path cache = Files.createDirectories(build.cacheFolder("classic"));
        run(
                build,
                environment,
                bin.resolve("compile"),
                List.of(cache.toString(), configFolder(build).toString()));
        ReleaseYaml release = release(build, bin, environment);
        return new BuiltApp(location.toString(), release.processes(), release.variables())
                .exporting(exports(build, pack, environment));
    }

    /** Config vars come as files, so that a buildpack takes only those it knows. */
    private static Map<String, String> environment(Build build) {
        Map<String, String> all = new TreeMap<>(build.environment());
        build.config().forEach(all::remove);
        all.put("STACK", STACK);
        return all;
    }

    private static Path configFolder(Build build) throws IOException {
        Path folder = Files.createTempDirectory(build.temp(), "config-");
        for (Map.Entry<String, String> variable : build.config().entrySet()) {
            Files.writeString(folder.resolve(variable.getKey()), variable.getValue(), StandardCharsets.UTF_8);
        }
        return folder;
    }

    private void detect(Build build, Path bin, Map<String, String> environment) {
        Path program = required(build, bin.resolve("detect"));
        Command.Output output = command(build, environment, program, List.of())
                .allowing(Set.of(0, 1))
                .collect();
        if (output.exitCode() != 0) {
            throw new Refusal("the buildpack " + location + " finds none of its files in this app:"
                    + " remove it with `buildpacks:remove`, or from app.json or .buildpacks");
        }
        build.transcript().detail(output.text().lines().findFirst().orElse("") + " app detected");
    }

    private void run(Build build, Map<String, String> environment, Path program, List<String> more) {
        try {
            command(build, environment, required(build, program), more).run(build.transcript()::line);
        } catch (CommandFailed e) {
            String why = new StartFailure(build.tree(), build.folder(), ProgramPath.of(environment, build.config()))
                    .explained("", e.status(), e.lastLines());
            throw new Refusal(e.getMessage() + " (buildpack " + location + ")" + why, e);
        }
    }

    private ReleaseYaml release(Build build, Path bin, Map<String, String> environment) {
        Path program = bin.resolve("release");
        if (!Files.isExecutable(program)) {
            return new ReleaseYaml(Map.of(), Map.of());
        }
        required(build, program);
        return ReleaseYaml.parse(command(build, environment, program, List.of())
                .maxOutput(ReleaseYaml.MAX_CHARACTERS)
                .collect()
                .text());
    }

    /** What the file {@code export} sets, for later buildpacks. */
    private static Map<String, String> exports(Build build, Path pack, Map<String, String> environment) {
        Path file = pack.resolve("export");
        if (!Files.isRegularFile(file)) {
            return Map.of();
        }
        String print = ". \"$1\" >/dev/null && env -0 | tr '\\n\\0' '\\0\\n'";
        String text = build.command(List.of("sh", "-c", print, "sh", file.toString()), environment)
                .called("export of the buildpack")
                .collect()
                .text();
        Map<String, String> exports = new TreeMap<>();
        for (String line : text.split("\n", -1)) {
            int end = line.indexOf('=');
            String name = end < 0 ? "" : line.substring(0, end);
            String value = line.substring(end + 1).replace('\0', '\n');
            boolean ours = OWN.contains(name) || build.run().mark().startsWith(name + "=");
            if (!name.isEmpty() && !ours && !value.equals(environment.get(name))) {
                exports.put(name, value);
            }
        }
        return exports;
    }

    private Path required(Build build, Path program) {
        if (!Files.isRegularFile(program)) {
            throw new Refusal("the buildpack " + location + " has no bin/" + program.getFileName());
        }
        if (!Files.isExecutable(program)) {
            throw new Refusal("bin/" + program.getFileName() + " of the buildpack " + location
                    + " cannot be run: make it executable");
        }
        new ProgramFile(program, "bin/" + program.getFileName())
                .obstacle(ProgramPath.of(build.environment(), build.config()))
                .ifPresent(obstacle -> {
                    throw new Refusal("the buildpack " + location + " cannot be run: " + obstacle.text());
                });
        return program;
    }

    private static Command command(Build build, Map<String, String> environment, Path program, List<String> more) {
        List<String> all =
                new ArrayList<>(List.of(program.toString(), build.folder().toString()));
        all.addAll(more);
        build.transcript().programBegins();
        return build.command(all, environment).called("bin/" + program.getFileName());
    }
}
