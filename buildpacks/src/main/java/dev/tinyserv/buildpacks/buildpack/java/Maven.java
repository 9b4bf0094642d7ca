package dev.tinyserv.buildpacks.buildpack.java;

import dev.tinyserv.buildpacks.buildpack.AskedVersion;
import dev.tinyserv.buildpacks.buildpack.BoundedFolder;
import dev.tinyserv.buildpacks.buildpack.Build;
import dev.tinyserv.buildpacks.buildpack.Tools;
import dev.tinyserv.buildpacks.buildpack.UnsetVariables;
import dev.tinyserv.buildpacks.buildpack.UnsetVariables.Place;
import dev.tinyserv.buildpacks.runtime.Tool;
import dev.tinyserv.buildpacks.runtime.Wish;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Maven, as one build uses it: the app's wrapper, else the one on PATH. */
final class Maven {
    static final Tool TOOL = Tool.optional("mvn", "on Debian: apt-get install maven; or commit Maven's wrapper");

    static final String POM = "pom.xml";

    private static final String FOLDER = "maven";

    /** Libraries and plugins of a larger app; they grow with each version that it has used. */
    private static final long MOST_DOWNLOADS = 1L << 30;

    /** Where passwords of repositories are named. */
    private static final List<Place> VARIABLES = Stream.of(
                    POM, ".mvn/settings.xml", "settings.xml", ".mvn/maven.config")
            .map(file -> new Place(file, Pattern.compile("\\$\\{env\\.([A-Za-z_][A-Za-z0-9_]{0,99})}")))
            .toList();

    private final Build build;
    private final Tools tools;
    private final BuildOutput output;
    private final BoundedFolder downloads;

    Maven(Build build, Tools tools, BuildOutput output) {
        this.build = build;
        this.output = output;
        this.downloads = new BoundedFolder(build.cache().resolve(FOLDER), MOST_DOWNLOADS);
        this.tools = tools.unlessSet(Map.of(
                "MAVEN_OPTS", "-Xmx256m", "MAVEN_USER_HOME", downloads.folder().toString()));
    }

    /** How it is called; refuses if it is neither in the app nor on the server. */
    List<String> program() throws IOException {
        List<String> wrapper = Wrapper.find(build.folder(), "mvnw");
        if (wrapper.isEmpty()) {
            tools.require(TOOL);
            Optional<Wish> asked = Wrapper.version(build.folder(), ".mvn/wrapper/maven-wrapper.properties");
            asked.ifPresent(
                    wish -> AskedVersion.tell(tools, build.transcript(), "mvn", wish, "commit mvnw, which gets it"));
            return List.of("mvn");
        }
        return wrapper;
    }

    void run() throws IOException {
        List<String> program = program();
        Path repository = build.cacheFolder(FOLDER).resolve("repository");
        FailedLookups.forget(repository);
        build.transcript().step("Running Maven");
        if (Files.isDirectory(repository)) {
            build.transcript().detail("starting from the downloads of earlier builds");
        }
        List<String> line = new ArrayList<>(program);
        line.addAll(List.of("-B", "-Dmaven.repo.local=" + repository));
        line.addAll(words("MAVEN_CUSTOM_OPTS", "-DskipTests"));
        line.addAll(words("MAVEN_CUSTOM_GOALS", "package"));
        try {
            tools.run(
                    line,
                    output,
                    failure -> UnsetVariables.remedy(output.remedy(), build.folder(), VARIABLES, tools::isSet));
        } finally {
            downloads.bound();
        }
    }

    private List<String> words(String variable, String unlessSet) {
        String text = build.environment().getOrDefault(variable, unlessSet).strip();
        return text.isEmpty() ? List.of() : List.of(text.split("\\s+", -1));
    }
}
