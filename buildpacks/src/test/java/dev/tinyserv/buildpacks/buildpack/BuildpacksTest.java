package dev.tinyserv.buildpacks.buildpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.buildpack.java.JavaBuildpack;
import dev.tinyserv.buildpacks.buildpack.node.NodeBuildpack;
import dev.tinyserv.buildpacks.buildpack.procfile.ProcfileBuildpack;
import dev.tinyserv.buildpacks.buildpack.python.PythonBuildpack;
import dev.tinyserv.buildpacks.source.MapSource;
import dev.tinyserv.buildpacks.source.Subfolder;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BuildpacksTest {
    private final Buildpacks buildpacks =
            new Buildpacks(List.of(new NodeBuildpack(), new PythonBuildpack(), new ProcfileBuildpack()));

    private List<String> chosen(MapSource source, String... set) throws IOException {
        return buildpacks.choose(source, List.of(set)).stream()
                .map(Buildpack::name)
                .toList();
    }

    private static MapSource both() {
        return new MapSource().with("package.json", "{}").with("requirements.txt", "");
    }

    @Test
    void choosesTheFirstThatKnowsTheFiles() throws Exception {
        MapSource source = new MapSource().with("Procfile", "web: x");
        assertThat(chosen(source)).containsExactly("procfile");
        assertThat(chosen(source.with("package.json", "{}"))).containsExactly("node");
    }

    @Test
    void saysWhatToDoIfNoneKnowsThem() {
        assertThatThrownBy(() -> chosen(new MapSource().with("main.c", "")))
                .isInstanceOf(Refusal.class)
                .hasMessageStartingWith("no Procfile, and no file that tells the language")
                .hasMessageContaining("add a Procfile such as");
        assertThatThrownBy(() -> chosen(new MapSource().with("procfile", "web: x")))
                .hasMessageContaining("git mv procfile Procfile");
    }

    private static String told(MapSource source, String root) {
        Buildpacks all = new Buildpacks(List.of(new NodeBuildpack(), new JavaBuildpack(), new PythonBuildpack()));
        return Objects.requireNonNull(catchThrowableOfType(
                        Refusal.class, () -> all.choose(new Subfolder(source, root), List.of()))
                .getMessage());
    }

    @Test
    void namesTheFoldersThatHoldAnApp() {
        assertThatThrownBy(() -> chosen(new MapSource().with("shop-1.0/Procfile", "web: x")))
                .hasMessageEndingWith("requirements.txt; the folder shop-1.0 has one: if the app is in shop-1.0, run"
                        + " `tinyserv apps:set root=shop-1.0` and push again");
        MapSource guide = new MapSource().with("README", "").with("makefile", "");
        for (String name : new String[] {"complete", "complete-kotlin", "initial", "initial-kotlin", "later"}) {
            guide.with(name + "/pom.xml", "");
        }
        assertThat(told(guide, ""))
                .endsWith("; the folders complete, complete-kotlin, initial, initial-kotlin and 1 more have one: if the"
                        + " app is in complete, run `tinyserv apps:set root=complete` and push again");
        MapSource services = new MapSource()
                .with("docker-compose.yml", "")
                .with("services/api/package.json", "{}")
                .with("services/api/tools/package.json", "{}");
        assertThat(told(services, "")).contains("; the folder services/api has one:");
        assertThat(told(services, "services")).endsWith("run `tinyserv apps:set root=services/api` and push again");
    }

    @Test
    void whatIsOfOthersInFoldersIsNoApp() {
        MapSource source = new MapSource();
        for (String name : new String[] {"node_modules/x", "vendor", "test", "Tests", ".github", "a/b/c", "lib/spec"}) {
            source.with(name + "/package.json", "{}");
        }
        assertThat(told(source, "")).doesNotContain("has one").contains("add a Procfile such as");
        MapSource rust = new MapSource().with("Cargo.toml", "").with("web/package.json", "{}");
        assertThat(told(rust, "")).contains("Rust is not built here").doesNotContain("web");
        MapSource odd = new MapSource().with("my $(app)'s/package.json", "{}");
        assertThat(told(odd, "")).contains("`tinyserv apps:set 'root=my $(app)'\\''s'` and");
        MapSource script = new MapSource().with("Gruntfile.js", "").with("install/package.json", "{}");
        assertThat(told(script, "")).contains("; there is Gruntfile.js, but", "; the folder install has one: ");
    }

    @Test
    void onlySoManyFoldersAreLookedAt() {
        MapSource source = new MapSource();
        for (int i = 100; i < 400; i++) {
            source.with("d" + i + "/README", "");
        }
        assertThat(told(source.with("x/package.json", "{}"), "")).contains("add a Procfile such as");
    }

    @Test
    void aNamedBuildpackWhoseFilesAreInAFolderIsToldWhere() {
        assertThatThrownBy(() -> chosen(new MapSource().with("src/package.json", "{}"), "node"))
                .hasMessageEndingWith(
                        "or from app.json or .buildpacks; the folder src has one: if the app is in src, run"
                                + " `tinyserv apps:set root=src` and push again");
    }

    @Test
    void whatIsSetCountsBeforeAppJsonAndThatBeforeTheFile() throws Exception {
        MapSource source = both().with(".buildpacks", "# ours\n\nheroku/python\r\nheroku/nodejs\n");
        assertThat(chosen(source)).containsExactly("python", "node");
        source.with("app.json", "{\"buildpacks\": [{\"url\": \"heroku/nodejs\"}, {\"url\": \"python\"}]}");
        assertThat(chosen(source)).containsExactly("node", "python");
        assertThat(chosen(source, "python")).containsExactly("python");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cobol", "heroku/", "", "https://example.com/x", "\u001b[2J", "../node"})
    void aNameThatNobodyHasIsRefusedWithThoseThereAre(String name) {
        assertThatThrownBy(() -> chosen(both(), name))
                .isInstanceOf(Refusal.class)
                .hasMessageEndingWith("'; there are node, procfile, python");
    }

    @Test
    void oneThatFindsNoneOfItsFilesIsRefused() {
        assertThatThrownBy(() -> chosen(new MapSource().with("package.json", "{}"), "node", "python"))
                .isInstanceOf(Refusal.class)
                .hasMessageStartingWith("the buildpack python finds none of its files in this app");
    }

    @Test
    void whatAppJsonSaysMustBeNames() {
        assertThatThrownBy(() -> chosen(both().with("app.json", "{\"buildpacks\": [{\"url\": 1}]}")))
                .isInstanceOf(Refusal.class)
                .hasMessage("app.json: buildpacks[0]: expected {\"url\": \"python\"}");
    }

    @Test
    void theLaterOneWinsAndSaysHowTheAppRunsIfItCan() {
        BuiltApp first = new BuiltApp("node", Map.of("web", "npm start"), Map.of("A", "1", "B", "1"))
                .exporting(Map.of("PATH", "/node"));
        BuiltApp second = new BuiltApp("python", Map.of(), Map.of("B", "2"));
        BuiltApp both = first.followedBy(second);
        assertThat(both.buildpack()).isEqualTo("node, python");
        assertThat(both.defaultProcesses()).containsExactly(Map.entry("web", "npm start"));
        assertThat(both.environment()).containsOnly(Map.entry("A", "1"), Map.entry("B", "2"));
        assertThat(both.exports()).containsExactly(Map.entry("PATH", "/node"));
    }

    @ParameterizedTest
    @CsvSource({
        "Dockerfile, containers are not built here: say in a Procfile what its CMD runs",
        "compose.yaml, containers are not built here",
        "Cargo.toml, Rust is not built here",
        "build.sbt, Scala is not built here",
        "Shop.csproj, .NET is not built here",
        "mix.exs, Elixir is not built here",
        "main.go, Go is built with a go.mod: run `go mod init NAME`",
        "app.py, Python is built with a requirements.txt",
        "server.js, Node.js is used with a package.json",
        "config.ru, Ruby is built with a Gemfile",
        "Main.java, Java and Kotlin are built with a pom.xml or a build.gradle",
        "Package.swift, Swift is not built here",
        "makefile, make is not run here",
    })
    void saysWhatItSawAndWhatItWouldNeed(String file, String needs) {
        MapSource source = new MapSource().with(file, "").with("README.md", "");
        assertThatThrownBy(() -> chosen(source))
                .isInstanceOf(Refusal.class)
                .hasMessageStartingWith("no Procfile, and no file that tells the language, such as package.json or"
                        + " requirements.txt; there is " + file + ", but " + needs);
    }

    @Test
    void theLanguageIsToldBeforeAContainer() {
        assertThatThrownBy(() -> chosen(new MapSource().with("Dockerfile", "").with("Cargo.toml", "")))
                .hasMessageContaining("there is Cargo.toml, but Rust");
    }

    @ParameterizedTest
    @CsvSource({
        "Procfile.txt, rename it with `git mv Procfile.txt Procfile`",
        "procfile, rename it with `git mv procfile Procfile`",
        "PROCFILE.TXT, rename it with `git mv PROCFILE.TXT Procfile`",
        "Procfile.dev, it is taken for another place; `cp Procfile.dev Procfile` makes one for this",
    })
    void tellsOfAProcfileWithAnotherName(String file, String remedy) throws IOException {
        String told = "there is a file " + file + ", which is not read, and no Procfile: " + remedy;
        assertThatThrownBy(() -> chosen(new MapSource().with(file, "web: x"))).hasMessageEndingWith("; " + told);
        MapSource node = new MapSource().with(file, "web: x").with("package.json", "{}");
        assertThat(UnreadFiles.passedOver(node, List.of("node"), true)).containsExactly(told);
        node.with("Procfile", "web: x");
        assertThat(UnreadFiles.passedOver(node, List.of("node"), true)).isEmpty();
    }

    @Test
    void tellsWhatIsPassedOver() throws IOException {
        MapSource site = new MapSource().with("index.html", "").with("main.go", "");
        assertThat(UnreadFiles.passedOver(site, List.of("static"), true))
                .singleElement()
                .asString()
                .startsWith("there is main.go, but Go is built with a go.mod");
        MapSource rust = new MapSource().with("Procfile", "web: target/x").with("Cargo.toml", "");
        assertThat(UnreadFiles.passedOver(rust, List.of("procfile"), true))
                .singleElement()
                .asString()
                .startsWith("there is Cargo.toml, but Rust is not built here");
        assertThat(UnreadFiles.passedOver(rust, List.of("https://example.com/rust"), false))
                .isEmpty();
        MapSource node = new MapSource()
                .with("package.json", "{}")
                .with("Dockerfile", "")
                .with("x.py", "");
        assertThat(UnreadFiles.passedOver(node, List.of("node"), true))
                .containsExactly(
                        "there is Dockerfile, which is not read: containers are not built here, and node builds"
                                + " the app");
        MapSource script = new MapSource()
                .with("Procfile", "web: python3 x.py")
                .with("x.py", "")
                .with("Dockerfile", "");
        assertThat(UnreadFiles.passedOver(script, List.of("procfile"), true)).isEmpty();
    }
}
