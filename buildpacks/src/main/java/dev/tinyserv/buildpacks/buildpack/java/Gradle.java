package dev.tinyserv.buildpacks.buildpack.java;

import dev.tinyserv.buildpacks.buildpack.AskedVersion;
import dev.tinyserv.buildpacks.buildpack.BoundedFolder;
import dev.tinyserv.buildpacks.buildpack.Build;
import dev.tinyserv.buildpacks.buildpack.Tools;
import dev.tinyserv.buildpacks.buildpack.UnsetVariables;
import dev.tinyserv.buildpacks.buildpack.UnsetVariables.Place;
import dev.tinyserv.buildpacks.runtime.Tool;
import dev.tinyserv.buildpacks.runtime.Wish;
import dev.tinyserv.buildpacks.source.FolderFile;
import dev.tinyserv.buildpacks.source.SourceText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Gradle, as one build uses it: the app's wrapper, else the one on PATH; without a daemon that would stay. */
final class Gradle {
    static final Tool TOOL =
            Tool.optional("gradle", "commit Gradle's wrapper: run `gradle wrapper` and commit what it makes");

    private static final List<String> BUILD_FILES = List.of("build.gradle", "build.gradle.kts");
    static final List<String> FILES =
            List.of("build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts");

    private static final Pattern STAGE = Pattern.compile("\\btask\\s+stage\\b"
            + "|\\b(?:task|register|create)\\s*(?:<[^>]{1,80}>)?\\s*\\(\\s*[\"']stage[\"']"
            + "|\\bval\\s+stage\\s+by\\b");
    private static final int MAX_BYTES = 256 * 1024;
    /** Gradle itself is a third of it. */
    private static final long MOST_DOWNLOADS = 1L << 30;

    /** Where passwords of repositories are named. */
    private static final List<Place> VARIABLES = FILES.stream()
            .map(file -> new Place(
                    file,
                    Pattern.compile(
                            "(?:getenv|environmentVariable)\\(\\s*[\"']([A-Za-z_][A-Za-z0-9_]{0,99})[\"']\\s*\\)")))
            .toList();

    private final Build build;
    private final Tools tools;
    private final BuildOutput output;
    private final BoundedFolder downloads;

    Gradle(Build build, Tools tools, BuildOutput output) {
        this.build = build;
        this.output = output;
        this.downloads = new BoundedFolder(build.cache().resolve("gradle"), MOST_DOWNLOADS);
        this.tools =
                tools.unlessSet(Map.of("GRADLE_USER_HOME", downloads.folder().toString()));
    }

    /** How it is called; refuses if it is neither in the app nor on the server. */
    List<String> program() throws IOException {
        List<String> wrapper = Wrapper.find(build.folder(), "gradlew");
        if (wrapper.isEmpty()) {
            tools.require(TOOL);
            Optional<Wish> asked = Wrapper.version(build.folder(), "gradle/wrapper/gradle-wrapper.properties");
            asked.ifPresent(wish ->
                    AskedVersion.tell(tools, build.transcript(), "gradle", wish, "commit gradlew, which gets it"));
            return List.of("gradle");
        }
        return wrapper;
    }

    void run() throws IOException {
        List<String> program = program();
        build.transcript().step("Running Gradle");
        if (Files.isDirectory(downloads.folder())) {
            build.transcript().detail("starting from the downloads of earlier builds");
        }
        List<String> line = new ArrayList<>(program);
        line.addAll(List.of("--no-daemon", "--console=plain"));
        line.addAll(tasks());
        try {
            tools.run(
                    line,
                    output,
                    failure -> UnsetVariables.remedy(output.remedy(), build.folder(), VARIABLES, tools::isSet));
        } finally {
            downloads.bound();
        }
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
