package dev.tinyserv.buildpacks.buildpack.java;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.buildpack.Build;
import dev.tinyserv.buildpacks.buildpack.BuiltApp;
import dev.tinyserv.buildpacks.buildpack.Plan;
import dev.tinyserv.buildpacks.buildpack.TestBuild;
import dev.tinyserv.buildpacks.runtime.Runtimes;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With a JDK, Maven and Gradle that are shell scripts; a scenario builds with real ones. */
@Timeout(180)
class JavaBuildpackTest {
    private static final String MAKE_JAR = "mkdir -p target && cp made.jar target/app-1.0.jar\n";

    @TempDir
    Path folder;

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private Path app;
    private Path jdk;

    @BeforeEach
    void anApp() throws IOException {
        app = newFolder("app");
        newFolder("cache");
        newFolder("temp");
        jdk = jdk("17.0.9");
        jar("made.jar", Map.of("Main-Class", "Hello"));
    }

    private Path newFolder(String name) throws IOException {
        return Files.createDirectory(folder.resolve(name));
    }

    private Path jdk(String version) throws IOException {
        Path home = folder.resolve("home/.sdkman/candidates/java/" + version + "-tem");
        Files.createDirectories(home.resolve("bin"));
        script(home.resolve("bin/javac"), "echo javac " + version);
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        return home;
    }

    private static void script(Path file, String commands) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + commands);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private void write(String name, String content) throws IOException {
        Path file = app.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private void jar(String name, Map<String, String> manifest) throws IOException {
        Manifest content = new Manifest();
        content.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.forEach((key, value) -> content.getMainAttributes().putValue(key, value));
        Files.createDirectories(app.resolve(name).getParent());
        try (OutputStream out = Files.newOutputStream(app.resolve(name));
                JarOutputStream jar = new JarOutputStream(out, content)) {
            jar.finish();
        }
    }

    /** A tool on PATH that tells how it was called. */
    private void tool(String name, String commands) throws IOException {
        script(folder.resolve("bin").resolve(name), "echo called: $* with JAVA_HOME=$JAVA_HOME\n" + commands);
    }

    private BuiltApp build() throws IOException {
        return build(Map.of());
    }

    private BuiltApp build(Map<String, String> configVars) throws IOException {
        lines.clear();
        Map<String, String> environment = new TreeMap<>(configVars);
        environment.put("PATH", folder.resolve("bin") + ":/usr/bin:/bin");
        environment.put("HOME", folder.resolve("temp").toString());
        return new JavaBuildpack().build(TestBuild.in(folder, environment, new Runtimes(owner()), lines::add));
    }

    private Map<String, String> owner() {
        return Map.of(
                "PATH", jdk.resolve("bin").toString(),
                "HOME", folder.resolve("home").toString());
    }

    private String transcript() {
        return String.join("\n", lines);
    }

    @Test
    void aPlanNamesTheProgramOrWhatIsMissing() throws IOException {
        write("pom.xml", "<project/>");
        Map<String, String> bare = Map.of("PATH", folder.resolve("bin").toString());
        Build build = TestBuild.in(folder, bare, new Runtimes(owner()), lines::add);
        assertThatThrownBy(() -> new JavaBuildpack().plan(build))
                .hasMessageStartingWith("mvn is not installed on the server");
        tool("mvn", "exit 1");
        assertThat(new JavaBuildpack().plan(build)).isEqualTo(Plan.undecided("java 17.0.9 with mvn"));
        assertThat(lines).isEmpty();
    }

    @Test
    void buildsWithMavenAndRunsTheJarThatItMade() throws IOException {
        write("pom.xml", "<project/>");
        tool("mvn", "echo opts: $MAVEN_OPTS\nmkdir -p " + folder.resolve("cache/maven/repository") + "\n" + MAKE_JAR);

        BuiltApp built = build();

        Path repository = folder.resolve("cache/maven/repository");
        assertThat(lines)
                .contains(
                        "-----> Building with java 17.0.9",
                        "       mvn -B -Dmaven.repo.local=" + repository + " -DskipTests package",
                        "       called: -B -Dmaven.repo.local=" + repository + " -DskipTests package with JAVA_HOME="
                                + jdk,
                        "       opts: -Xmx256m");
        assertThat(built.buildpack()).isEqualTo("java");
        assertThat(built.exports())
                .containsOnlyKeys("JAVA_HOME", "PATH")
                .containsEntry("JAVA_HOME", jdk.toString())
                .hasEntrySatisfying("PATH", path -> assertThat(path).startsWith(jdk + "/bin:"));
        assertThat(built.defaultProcesses())
                .containsExactly(Map.entry("web", "java $JAVA_OPTS -jar target/app-1.0.jar"));
        assertThat(app.resolve(".profile.d/java-runtime.sh")).content().contains("export PATH='" + jdk + "/bin':");
        assertThat(app.resolve(".profile.d/java-home.sh")).hasContent("export JAVA_HOME='" + jdk + "'");
        assertThat(transcript()).doesNotContain("downloads of earlier builds");

        build(Map.of("MAVEN_CUSTOM_GOALS", "clean  verify", "MAVEN_CUSTOM_OPTS", "", "MAVEN_OPTS", "-Xmx1g"));
        assertThat(transcript())
                .contains("starting from the downloads of earlier builds")
                .contains("mvn -B -Dmaven.repo.local=" + repository + " clean verify\n", "opts: -Xmx1g");
    }

    @Test
    void prefersTheWrapperAlsoIfGitDoesNotKnowThatItIsAProgram() throws IOException {
        write("pom.xml", "<project/>");
        write("mvnw", "#!/bin/sh\necho the wrapper keeps Maven in $MAVEN_USER_HOME\n");
        build();
        assertThat(lines).contains("       the wrapper keeps Maven in " + folder.resolve("cache/maven"));

        Files.delete(app.resolve("pom.xml"));
        write("settings.gradle.kts", "");
        write("gradlew", "#!/bin/sh\necho the wrapper of Gradle\n");
        build();
        assertThat(lines).contains("       the wrapper of Gradle");
    }

    @Test
    void aWrapperDoesNotGoOnForMinutesWithAHostThatNobodyFinds() throws IOException {
        write("settings.gradle", "");
        write("gradlew", """
                #!/bin/sh
                i=1
                while [ $i -le 11 ]; do
                    echo "Attempt $i/11 failed. Reason: $REASON"
                    [ $i -lt 6 ] || sleep 30
                    i=$((i + 1))
                done
                exit 1
                """);
        assertThatThrownBy(() -> build(Map.of("REASON", "get.example.com")))
                .isInstanceOf(Refusal.class)
                .hasMessageStartingWith("Gradle's wrapper was ended after 5 attempts to get Gradle: the server cannot"
                        + " find the host get.example.com: let it reach that host, or have distributionUrl in");
        assertThat(lines).doesNotContain("       Attempt 6/11 failed. Reason: get.example.com");
        write("gradlew", "#!/bin/sh\necho 'Attempt 9/11 failed. Reason: Read timed out'; exit 1\n");
        assertThatThrownBy(this::build).hasMessageEndingWith("build -x check failed with exit status 1");
    }

    @Test
    void buildsWithGradleWithoutADaemon() throws IOException {
        write("settings.gradle", "");
        write("build.gradle.kts", "plugins { id(\"java\") }\n// stage is for deploys");
        tool("gradle", "echo home: $GRADLE_USER_HOME\nmkdir -p build/libs && cp made.jar build/libs/app.jar\n");

        BuiltApp built = build();

        assertThat(lines)
                .contains(
                        "       gradle --no-daemon --console=plain build -x check",
                        "       home: " + folder.resolve("cache/gradle"));
        assertThat(built.defaultProcesses()).containsEntry("web", "java $JAVA_OPTS -jar build/libs/app.jar");

        build(Map.of("GRADLE_TASK", "shadowJar installDist"));
        assertThat(lines).contains("       gradle --no-daemon --console=plain shadowJar installDist");
        for (String stage : List.of("task stage {}", "tasks.register(\"stage\") {}", "tasks.register<Copy>('stage')")) {
            write("build.gradle.kts", stage);
            build();
            assertThat(lines).contains("       gradle --no-daemon --console=plain stage");
        }
    }

    @Test
    void takesTheJdkThatTheAppAsksForWhateverItsUpdateIs() throws IOException {
        Path older = jdk("14.0.2");
        write("pom.xml", "<project/>");
        tool("mvn", "");
        build();
        assertThat(transcript()).as("the usual one").contains("Building with java 17.0.9");
        Map<String, String> files = Map.of(
                "system.properties", "# a comment\njava.runtime.version = 14\n",
                ".java-version", "temurin-14.0.1\n",
                ".sdkmanrc", "java=14.0.1-tem\n",
                ".tool-versions", "java temurin-14.0.1+7\n");
        for (Map.Entry<String, String> file : files.entrySet()) {
            write(file.getKey(), file.getValue());
            build();
            assertThat(transcript()).as(file.getKey()).contains("Building with java 14.0.2", "JAVA_HOME=" + older);
            Files.delete(app.resolve(file.getKey()));
        }
        write("system.properties", "java.runtime.version=9");
        build();
        assertThat(transcript())
                .contains(
                        " !     system.properties asks for java 9, the server has 17.0.9, ",
                        " and takes 14.0.2, the nearest")
                .contains("JAVA_HOME=" + older);
    }

    @Test
    void saysWhatToDoAboutAJdkThatIsTooOld() throws IOException {
        write("pom.xml", "<project/>");
        script(folder.resolve("bin/mvn"), "echo '[ERROR] release version 25 not supported'; exit 1\n");
        assertThatThrownBy(this::build)
                .isInstanceOf(Refusal.class)
                .hasMessageStartingWith("mvn -B ")
                .hasMessageEndingWith("package failed with exit status 1: it does not go with java 17.0.9; name another"
                        + " in system.properties, such as java.runtime.version=21");
    }

    @Test
    void showsNeitherColoursNorALineForEachDownload() throws IOException {
        write("pom.xml", "<project/>");
        tool("mvn", """
                echo '[INFO] Downloading from central: https://x/y'
                echo '[INFO] Downloaded from central: z'
                printf '\\033[1mbold\\033[0m\\n'
                """);
        build();
        assertThat(lines).contains("       bold");
        assertThat(transcript()).contains("called:").doesNotContain("Download");
    }

    @Test
    void runsOnlyTheOneJarThatIsMeant() throws IOException {
        write("pom.xml", "<project/>");
        tool("mvn", "");
        jar("target/app-sources.jar", Map.of("Main-Class", "X"));
        jar("target/original-app.jar", Map.of("Main-Class", "X"));
        jar("target/library.jar", Map.of());
        jar("target/odd $(name).jar", Map.of("Main-Class", "X"));
        write("target/broken.jar", "no jar");
        Files.createSymbolicLink(app.resolve("target/link.jar"), app.resolve("made.jar"));
        assertThat(build().defaultProcesses()).isEmpty();
        assertThat(transcript()).doesNotContain(" !  ");

        jar("server/target/server.jar", Map.of("Main-Class", "X"));
        assertThat(build().defaultProcesses()).containsEntry("web", "java $JAVA_OPTS -jar server/target/server.jar");

        jar("target/app.jar", Map.of("Main-Class", "Launcher", "Spring-Boot-Version", "3.4.0"));
        assertThat(build().defaultProcesses())
                .containsEntry("web", "java -Dserver.port=$PORT $JAVA_OPTS -jar target/app.jar");

        jar("target/other.jar", Map.of("Main-Class", "X"));
        assertThat(build().defaultProcesses()).isEmpty();
        assertThat(transcript())
                .contains(" !     several jars can be run (target/app.jar, target/other.jar): say in a Procfile");
    }

    @Test
    void tellsOfAnotherMavenThanTheWrappersWhereTheWrapperIsMissing() throws IOException {
        write("pom.xml", "<project><url>${env.REPO_TOKEN}</url></project>");
        write(
                ".mvn/wrapper/maven-wrapper.properties",
                "distributionUrl=https://repo.example/maven2/org/apache/maven/apache-maven/3.9.6/apache-maven-3.9.6-bin.zip\n");
        script(folder.resolve("bin/mvn"), "echo Apache Maven 3.8.7; exit ${FAILS:-0}");
        build();
        assertThat(lines)
                .contains(
                        " !     .mvn/wrapper/maven-wrapper.properties asks for mvn 3.9.6, the server has 3.8.7 and takes"
                                + " it: commit mvnw, which gets it, or change .mvn/wrapper/maven-wrapper.properties");
        assertThatThrownBy(() -> build(Map.of("FAILS", "1")))
                .hasMessageEndingWith(": pom.xml names REPO_TOKEN, which is not set; run `tinyserv config:set"
                        + " REPO_TOKEN=…` and push again");
    }
}
