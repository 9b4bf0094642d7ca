package dev.tinyserv.buildpacks.buildpack.java;

import dev.tinyserv.buildpacks.buildpack.Build;
import dev.tinyserv.buildpacks.buildpack.Tools;
import dev.tinyserv.buildpacks.buildpack.UnsetVariables.Place;
import dev.tinyserv.buildpacks.runtime.Tool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Maven, as one build uses it. */
final class Maven extends JvmBuildTool {
    static final Tool TOOL = Tool.optional("mvn", "on Debian: apt-get install maven; or commit Maven's wrapper");

    static final String POM = "pom.xml";

    private static final String FOLDER = "maven";

    /** Where passwords of repositories are named. */
    private static final List<Place> VARIABLES = Stream.of(
                    POM, ".mvn/settings.xml", "settings.xml", ".mvn/maven.config")
            .map(file -> new Place(file, Pattern.compile("\\$\\{env\\.([A-Za-z_][A-Za-z0-9_]{0,99})}")))
            .toList();

    Maven(Build build, Tools tools, BuildOutput output) throws IOException {
        super(build, tools.unlessSet(Map.of("MAVEN_OPTS", "-Xmx256m")), output, FOLDER, "MAVEN_USER_HOME");
    }

    @Override
    List<String> program() throws IOException {
        return program("mvnw", ".mvn/wrapper/maven-wrapper.properties", TOOL);
    }

    @Override
    void run() throws IOException {
        List<String> program = program();
        Path repository = build.cacheFolder(FOLDER).resolve("repository");
        FailedLookups.forget(repository);
        tellStart("Maven", repository);
        List<String> arguments = new ArrayList<>(List.of("-B", "-Dmaven.repo.local=" + repository));
        arguments.addAll(words("MAVEN_CUSTOM_OPTS", "-DskipTests"));
        arguments.addAll(words("MAVEN_CUSTOM_GOALS", "package"));
        run(program, arguments, VARIABLES);
    }

    private List<String> words(String variable, String unlessSet) {
        String text = build.environment().getOrDefault(variable, unlessSet).strip();
        return text.isEmpty() ? List.of() : List.of(text.split("\\s+", -1));
    }
}
