package dev.tinyserv.buildpacks.buildpack.java;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.buildpack.TestBuild;
import dev.tinyserv.buildpacks.process.Program;
import dev.tinyserv.buildpacks.runtime.Runtimes;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * With the machine's Maven and Gradle, and a repository in a folder. Maven's plugins are those that tinyserv itself is
 * built with, from the repository of the user who builds it.
 */
@Tag("thorough")
@Timeout(180)
class RealJavaBuildsTest {
    private static final Map<String, String> PATH = Map.of("PATH", "/usr/local/bin:/usr/bin:/bin");
    private static final Path PLUGINS = Path.of(System.getProperty("user.home"), ".m2/repository");

    @TempDir
    Path folder;

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private Path app;

    @BeforeEach
    void anApp() throws IOException {
        app = newFolder("app");
        newFolder("cache");
        newFolder("temp");
        newFolder("repository");
    }

    private Path newFolder(String name) throws IOException {
        FileTree.delete(folder.resolve(name));
        return Files.createDirectory(folder.resolve(name));
    }

    private void write(String name, String content) throws IOException {
        Path file = app.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private void publish(String name, String version, String dependencies) throws IOException {
        Path place = Files.createDirectories(folder.resolve("repository/own/" + name + "/" + version));
        Files.writeString(place.resolve(name + "-" + version + ".pom"), """
                <project><modelVersion>4.0.0</modelVersion><groupId>own</groupId><artifactId>%s</artifactId>
                <version>%s</version><dependencies>%s</dependencies></project>
                """.formatted(name, version, dependencies));
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().putValue("Manifest-Version", "1.0");
        try (OutputStream out = Files.newOutputStream(place.resolve(name + "-" + version + ".jar"));
                JarOutputStream jar = new JarOutputStream(out, manifest)) {
            jar.finish();
        }
    }

    private static String dependency(String name, String version) {
        return "<dependency><groupId>own</groupId><artifactId>%s</artifactId><version>%s</version></dependency>"
                .formatted(name, version);
    }

    /** An app that puts what it depends on beside its classes. */
    private void mavenApp() throws IOException {
        assumeTrue(Program.find("mvn", PATH).isPresent(), "needs mvn");
        String assembly = "org/apache/maven/plugins/maven-assembly-plugin/3.8.0/maven-assembly-plugin-3.8.0.jar";
        assumeTrue(Files.exists(PLUGINS.resolve(assembly)), "needs " + PLUGINS.resolve(assembly));
        write("settings.xml", """
                <settings><mirrors><mirror><id>plugins</id><mirrorOf>central</mirrorOf><url>%s</url></mirror></mirrors>
                </settings>
                """.formatted(PLUGINS.toUri()));
        write("with-libraries.xml", """
                <assembly><id>app</id><formats><format>dir</format></formats>
                <includeBaseDirectory>false</includeBaseDirectory>
                <dependencySets><dependencySet><outputDirectory>lib</outputDirectory>
                <useProjectArtifact>false</useProjectArtifact></dependencySet></dependencySets></assembly>
                """);
        write("pom.xml", """
                <project><modelVersion>4.0.0</modelVersion><groupId>own</groupId><artifactId>app</artifactId>
                <version>1</version><packaging>pom</packaging>
                <repositories><repository><id>own</id><url>%s</url></repository></repositories>
                <dependencies>%s</dependencies>
                <build><plugins><plugin><artifactId>maven-assembly-plugin</artifactId><version>3.8.0</version>
                <configuration><descriptors><descriptor>with-libraries.xml</descriptor></descriptors></configuration>
                <executions><execution><phase>package</phase><goals><goal>single</goal></goals></execution></executions>
                </plugin></plugins></build></project>
                """.formatted(folder.resolve("repository").toUri(), dependency("greet", "1.0")));
    }

    private void build() throws IOException {
        lines.clear();
        Map<String, String> environment = new TreeMap<>(PATH);
        environment.put("HOME", folder.resolve("temp").toString());
        environment.put("MAVEN_CUSTOM_OPTS", "-s settings.xml");
        new JavaBuildpack().build(TestBuild.in(folder, environment, new Runtimes(environment), lines::add));
    }

    private List<String> jars() throws IOException {
        try (Stream<Path> files = Files.walk(app)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("(greet|word)-.*\\.jar"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void mavenInstallsTheVersionsOfThePom() throws IOException {
        mavenApp();
        publish("word", "1.0", "");
        publish("word", "1.1", "");
        publish("greet", "1.0", dependency("word", "1.0"));
        publish("greet", "1.1", dependency("word", "1.1"));
        build();
        assertThat(jars()).containsExactly("greet-1.0.jar", "word-1.0.jar");
    }

    @Test
    void mavenFindsWhatWasPublishedSinceItFailed() throws IOException {
        mavenApp();
        publish("greet", "1.0", dependency("word", "1.0"));
        assertThatThrownBy(this::build).isInstanceOf(Refusal.class);
        assertThat(String.join("\n", lines)).contains("own:word:jar:1.0");
        publish("word", "1.0", "");
        build();
        assertThat(jars()).containsExactly("greet-1.0.jar", "word-1.0.jar");
    }

    private void gradleApp() throws IOException {
        assumeTrue(Program.find("gradle", PATH).isPresent(), "needs gradle");
        write("build.gradle", """
                apply plugin: 'java'
                repositories { maven { url '%s' } }
                dependencies { runtime 'own:greet:1.0' }
                task stage(type: Copy) { from configurations.runtime; into 'build/lib' }
                """.formatted(folder.resolve("repository").toUri()));
    }

    @Test
    void gradleInstallsTheVersionsOfTheBuildAndFindsWhatWasPublishedSinceItFailed() throws IOException {
        gradleApp();
        publish("greet", "1.0", dependency("word", "1.0"));
        publish("word", "1.1", "");
        assertThatThrownBy(this::build).isInstanceOf(Refusal.class);
        publish("word", "1.0", "");
        publish("greet", "1.1", dependency("word", "1.1"));
        build();
        assertThat(jars()).containsExactly("greet-1.0.jar", "word-1.0.jar");
    }
}
