package dev.tinyserv.buildpacks.buildpack.java;

import dev.tinyserv.buildpacks.buildpack.Build;
import dev.tinyserv.buildpacks.buildpack.Tools;
import dev.tinyserv.buildpacks.buildpack.UnsetVariables.Place;
import dev.tinyserv.buildpacks.runtime.Tool;
import dev.tinyserv.buildpacks.source.FolderFile;
import dev.tinyserv.buildpacks.source.SourceText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Gradle, as one build uses it, without a daemon that would stay. */
final class Gradle extends JvmBuildTool {
    static final Tool TOOL =
            Tool.optional("gradle", "commit Gradle's wrapper: run `gradle wrapper` and commit what it makes");

    private static final List<String> BUILD_FILES = List.of("build.gradle", "build.gradle.kts");
    static final List<String> FILES =
            List.of("build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts");

    private static final Pattern STAGE = Pattern.compile("\\btask\\s+stage\\b"
            + "|\\b(?:task|register|create)\\s*(?:<[^>]{1,80}>)?\\s*\\(\\s*[\"']stage[\"']"
            + "|\\bval\\s+stage\\s+by\\b");
    private static final int MAX_BYTES = 256 * 1024;
    /** Where passwords of repositories are named. */
    private static final List<Place> VARIABLES = FILES.stream()
            .map(file -> new Place(
                    file,
                    Pattern.compile(
                            "(?:getenv|environmentVariable)\\(\\s*[\"']([A-Za-z_][A-Za-z0-9_]{0,99})[\"']\\s*\\)")))
            .toList();

    Gradle(Build build, Tools tools, BuildOutput output) throws IOException {
        super(build, tools, output, "gradle", "GRADLE_USER_HOME");
    }

    @Override
    List<String> program() throws IOException {
        return program("gradlew", "gradle/wrapper/gradle-wrapper.properties", TOOL);
    }

    @Override
    void run() throws IOException {
        List<String> program = program();
        tellStart("Gradle", downloads.folder());
        List<String> arguments = new ArrayList<>(List.of("--no-daemon", "--console=plain"));
        arguments.addAll(tasks());
        run(program, arguments, VARIABLES);
    }

    private List<String> tasks() throws IOException {
        String wanted = build.environment().getOrDefault("GRADLE_TASK", "").strip();
        if (!wanted.isEmpty()) {
            return List.of(wanted.split("\\s+", -1));
        }
        return hasStage() ? List.of("stage") : List.of("build", "-x", "check");
    }

    /** The task that an app has for deploys. */
    private boolean hasStage() throws IOException {
        for (String name : BUILD_FILES) {
            if (FolderFile.exists(build.folder(), name)) {
                try (InputStream in = Files.newInputStream(build.folder().resolve(name), LinkOption.NOFOLLOW_LINKS)) {
                    String script = SourceText.lookedInto(in.readNBytes(MAX_BYTES));
                    return STAGE.matcher(script).find();
                }
            }
        }
        return false;
    }
}
