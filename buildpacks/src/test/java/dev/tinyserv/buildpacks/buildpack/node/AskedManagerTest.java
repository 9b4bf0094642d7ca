package dev.tinyserv.buildpacks.buildpack.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.buildpack.BuiltApp;
import dev.tinyserv.buildpacks.buildpack.TestBuild;
import dev.tinyserv.buildpacks.process.Program;
import dev.tinyserv.buildpacks.runtime.Runtimes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With package managers that tell a version and how they were called. */
@Timeout(180)
class AskedManagerTest {
    private static final String DEPENDENCY = ", \"dependencies\": {\"greet\": \"1.0.0\"}}";

    @TempDir
    Path folder;

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Map<String, String> environment = new TreeMap<>();
    private Path app;

    @BeforeEach
    void anApp() throws IOException {
        app = Files.createDirectory(folder.resolve("app"));
        Files.createDirectory(folder.resolve("cache"));
        Files.createDirectory(folder.resolve("bin"));
        environment.put("HOME", Files.createDirectory(folder.resolve("temp")).toString());
        environment.put("PATH", folder.resolve("bin") + ":/usr/bin:/bin");
        program("node", "echo v20.20.2");
        for (String manager : List.of("npm", "pnpm", "yarn")) {
            program(manager, "test \"$*\" != --version || { echo 9.15.9; exit; }; echo \"ran $*\"");
        }
        program("corepack", "exit 1");
    }

    private void program(String name, String script) throws IOException {
        Path program = Files.writeString(folder.resolve("bin").resolve(name), "#!/bin/sh\n" + script + "\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
    }

    private void write(String name, String content) throws IOException {
        Files.writeString(app.resolve(name), content);
    }

    private BuiltApp build() throws IOException {
        lines.clear();
        return new NodeBuildpack().build(TestBuild.in(folder, environment, new Runtimes(environment), lines::add));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "`packageManager`: `pnpm@10.11.0` | packageManager | pnpm | 10.11.0",
                "`packageManager`: `pnpm@10.11.0+sha512.abc` | packageManager | pnpm | 10.11.0",
                "`packageManager`: `yarn@1.22.22` | packageManager | yarn | 1.22.22",
                "`engines`: {`npm`: `>=10`} | engines.npm | npm | >=10",
                "`devEngines`: {`packageManager`: {`name`: `npm`, `version`: `^11.0.0`}} | devEngines.packageManager | npm | ^11.0.0",
                "`devEngines`: {`packageManager`: [{`name`: `npm`, `version`: `8`}]} | devEngines.packageManager | npm | 8",
                "`volta`: {`npm`: `10.2.0`} | volta.npm | npm | 10.2.0",
            })
    void tellsOfAnotherVersionThanTheServers(String fields, String place, String manager, String asked)
            throws IOException {
        write("package.json", "{" + fields.replace('`', '"') + DEPENDENCY);
        build();
        assertThat(lines)
                .contains(" !     " + place + " in package.json asks for " + manager + " " + asked
                        + ", the server has 9.15.9 and takes it: on the server: npm install -g '" + manager + "@"
                        + asked
                        + "', or change " + place + " in package.json")
                .anyMatch(line -> line.startsWith("       ran install"));
    }

    /** It runs the start script. */
    @ParameterizedTest
    @CsvSource({
        "yarn@4.9.1, yarn, 4.9.1, commit it with `yarn set version 4.9.1`",
        "npm@11.4.0, npm, 11.4.0, on the server: npm install -g 'npm@11.4.0'"
    })
    void tellsOfItWithoutDependenciesToo(String named, String manager, String asked, String remedy) throws IOException {
        program("corepack", "echo corepack ran");
        String json = "{\"packageManager\": \"" + named + "\", \"scripts\": {\"start\": \"x\"}}";
        write("package.json", json);
        build();
        assertThat(lines)
                .contains(" !     packageManager in package.json asks for " + manager + " " + asked
                        + ", the server has 9.15.9 and takes it: " + remedy
                        + ", or change packageManager in package.json")
                .noneMatch(line -> line.contains("corepack"));
    }

    @Test
    void tellsOfAPackageManagerThatIsNone() throws IOException {
        write("package.json", "{\"packageManager\": \"nonsense\", \"scripts\": {\"start\": \"x\"}}");
        build();
        assertThat(lines)
                .contains(" !     packageManager in package.json is nonsense, and npm, pnpm, yarn and bun are known:"
                        + " write one of them, such as npm@11.4.0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "`packageManager`: `pnpm@9.15.9`",
                "`packageManager`: `npm@9.15.9+sha224.0`",
                "`engines`: {`npm`: `>=9 <10`, `pnpm`: `>=10`, `yarn`: `please use npm`}",
                "`engines`: {`node`: `20.x`}",
            })
    void saysNothingOfTheServersVersion(String fields) throws IOException {
        write("package.json", "{" + fields.replace('`', '"') + DEPENDENCY);
        build();
        assertThat(lines).noneMatch(line -> line.contains("asks for"));
    }

    @Test
    void letsCorepackGetTheVersion() throws IOException {
        write("package.json", "{\"packageManager\": \"pnpm@10.11.0\", \"scripts\": {\"build\": \"x\"}" + DEPENDENCY);
        program("corepack", "test \"$2\" != --version || { echo 10.11.0; exit; }; echo \"corepack ran $*\"");
        build();
        assertThat(lines)
                .contains(
                        "       pnpm 10.11.0, by corepack",
                        "       corepack ran pnpm@10.11.0 install --no-lockfile --prod=false",
                        "       corepack ran pnpm@10.11.0 run build")
                .noneMatch(line -> line.contains("asks for"));
        write("package.json", "{\"packageManager\": \"pnpm@10.11.0;touch x\"" + DEPENDENCY);
        build();
        assertThat(lines).noneMatch(line -> line.contains("corepack"));
    }

    @Test
    void startsWithNpmWhatOnlyCorepackHas() throws IOException {
        Files.delete(folder.resolve("bin/pnpm"));
        assumeTrue(Program.find("pnpm", environment).isEmpty(), "needs a machine without pnpm in /usr/bin");
        write("package.json", "{\"packageManager\": \"pnpm@10.11.0\", \"scripts\": {\"start\": \"x\"}" + DEPENDENCY);
        program("corepack", "test \"$2\" != --version || { echo 10.11.0; exit; }; echo \"corepack ran $*\"");
        assertThat(build().defaultProcesses()).containsExactly(Map.entry("web", "npm start"));
    }

    @Test
    void namesTheVariableThatAnInstallMisses() throws IOException {
        Files.delete(folder.resolve("bin/npm"));
        Files.delete(folder.resolve("bin/node"));
        assumeTrue(Program.find("npm", environment).isPresent(), "needs npm");
        HttpServer registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        registry.createContext("/", exchange -> {
            exchange.sendResponseHeaders(401, -1);
            exchange.close();
        });
        registry.start();
        try {
            String host = "127.0.0.1:" + registry.getAddress().getPort() + "/";
            write("package.json", "{\"name\": \"x\", \"version\": \"1.0.0\"" + DEPENDENCY);
            write(".npmrc", "registry=http://" + host + "\n//" + host + ":_authToken=${NPM_TOKEN}\n# ${NOT_THIS}\n");
            assertThatThrownBy(this::build)
                    .isInstanceOf(Refusal.class)
                    .hasMessageEndingWith(": .npmrc names NPM_TOKEN, which is not set; run `tinyserv config:set"
                            + " NPM_TOKEN=…` and push again");
            environment.put("NPM_TOKEN", "wrong");
            assertThatThrownBy(this::build)
                    .isInstanceOf(Refusal.class)
                    .message()
                    .doesNotContain("not set");
        } finally {
            registry.stop(0);
        }
    }

    /** The build script of an earlier node buildpack of the same build can write to HOME. */
    @Test
    void nothingIsWrittenWhereALinkInHomeLeads() throws IOException {
        Path home = folder.resolve("temp");
        Path other = Files.writeString(folder.resolve("other.json"), "of another app");
        Path others = Files.createDirectory(folder.resolve("others"));
        write("package.json", "{\"packageManager\": \"pnpm@10.11.0\"" + DEPENDENCY);
        program("corepack", "test \"$2\" != --version || { echo 10.11.0; exit; }; echo \"corepack ran $*\"");

        Path planted = Files.createDirectory(home.resolve("corepack-bin")).resolve("pnpm");
        Files.createSymbolicLink(planted, other);
        build();
        assertThat(other).hasContent("of another app");
        assertThat(Files.isExecutable(other)).isFalse();

        Files.delete(planted);
        Files.delete(home.resolve("corepack-bin"));
        Files.createSymbolicLink(home.resolve("corepack-bin"), others);
        build();
        assertThat(others).isEmptyDirectory();
        assertThat(lines).contains("       pnpm 10.11.0, by corepack");
    }
}
