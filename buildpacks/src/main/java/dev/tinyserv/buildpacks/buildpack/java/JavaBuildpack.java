package dev.tinyserv.buildpacks.buildpack.java;

import dev.tinyserv.buildpacks.buildpack.Build;
import dev.tinyserv.buildpacks.buildpack.Buildpack;
import dev.tinyserv.buildpacks.buildpack.BuiltApp;
import dev.tinyserv.buildpacks.buildpack.Plan;
import dev.tinyserv.buildpacks.buildpack.StartProfile;
import dev.tinyserv.buildpacks.buildpack.Tools;
import dev.tinyserv.buildpacks.runtime.Installed;
import dev.tinyserv.buildpacks.runtime.RuntimeKind;
import dev.tinyserv.buildpacks.runtime.Toolchain;
import dev.tinyserv.buildpacks.source.AppSource;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Builds what has a {@code pom.xml} with Maven, and what has the files of a Gradle build with Gradle. */
public final class JavaBuildpack implements Buildpack {
    @Override
    public String name() {
        return "java";
    }

    @Override
    public Optional<Toolchain> toolchain() {
        return Optional.of(Toolchain.of("Java", RuntimeKind.JAVA, Maven.TOOL, Gradle.TOOL));
    }

    @Override
    public boolean detects(AppSource source) throws IOException {
        return source.exists(Maven.POM) || source.hasAny(Gradle.FILES);
    }

    @Override
    public Plan plan(Build build) throws IOException {
        Installed jdk = jdk(build);
        Tools tools = tools(build, jdk);
        List<String> program = tool(build, tools, jdk).program();
        return Plan.undecided("java " + jdk.version() + " with " + program.get(program.size() - 1));
    }

    private static JvmBuildTool tool(Build build, Tools tools, Installed jdk) throws IOException {
        BuildOutput output = new BuildOutput(build.transcript(), jdk.version());
        boolean maven = Files.exists(build.folder().resolve(Maven.POM));
        return maven ? new Maven(build, tools, output) : new Gradle(build, tools, output);
    }

    private static Tools tools(Build build, Installed jdk) {
        return Tools.of(build).unlessSet(Map.of("JAVA_HOME", home(jdk))).using(RuntimeKind.JAVA, jdk.bin());
    }

    private static String home(Installed jdk) {
        return String.valueOf(jdk.bin().getParent());
    }

    private static Installed jdk(Build build) throws IOException {
        return build.runtimes().choose(RuntimeKind.JAVA, JavaVersion.wish(build.folder()), build.transcript());
    }

    @Override
    public BuiltApp build(Build build) throws IOException {
        Installed jdk = jdk(build);
        build.transcript().step("Building with java " + jdk.version());
        Tools tools = tools(build, jdk);
        tool(build, tools, jdk).run();
        Tools.of(build).useAtStart(RuntimeKind.JAVA, jdk.bin());
        StartProfile.add(build.folder(), "java-home", StartProfile.variable("JAVA_HOME", home(jdk)));
        return new BuiltApp(name(), defaultProcesses(build), Map.of()).exporting(tools.export(Set.of("JAVA_HOME")));
    }

    private static Map<String, String> defaultProcesses(Build build) throws IOException {
        List<RunnableJar> jars = RunnableJar.findIn(build.folder());
        if (jars.size() == 1) {
            return Map.of("web", jars.get(0).command());
        }
        if (jars.size() > 1 && !Files.exists(build.folder().resolve("Procfile"))) {
            String names = jars.stream().map(RunnableJar::path).limit(3).collect(Collectors.joining(", "));
            build.transcript().problem("several jars can be run (" + names + "): say in a Procfile which one");
        }
        return Map.of();
    }
}
