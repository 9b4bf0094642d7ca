package dev.tinyserv.buildpacks.buildpack.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.buildpacks.base.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What lies in a release is what the lock file says, though the registry has newer versions by now. */
@Tag("thorough")
@Timeout(180)
class LockedVersionsTest {
    private static final String BUILD = "\"build\": \"shout\"";
    private static final Set<String> FOR_DEVELOPMENT = Set.of("shout@1.0.0", "loud@1.0.0");
    private static final Pattern ARCHIVE = Pattern.compile("(\\w+)-npm-([\\d.]+)-.*\\.zip");

    @TempDir
    private Path folder;

    private NodeProject project;

    @BeforeEach
    void open() throws Exception {
        project = new NodeProject(folder);
        offer("1.0.0");
        project.write("server.js", "console.log(require('greet')())\n");
    }

    @AfterEach
    void close() {
        project.close();
    }

    /** Each needs a package that nobody asks for by name. */
    private void offer(String version) throws Exception {
        project.offer("word", version, "{}", "module.exports = 'hello'");
        project.offer("loud", version, "{}", "module.exports = word => word.toUpperCase()");
        project.offer(
                "greet",
                version,
                "{\"word\": \"^1.0.0\"}",
                "module.exports = () => require('word') + ' " + version + "'");
        project.offer(
                "shout",
                version,
                "{\"loud\": \"^1.0.0\"}",
                "#!/usr/bin/env node\nrequire('fs').writeFileSync('shouted', require('loud')('hello'));");
    }

    private void commit(String manager, String scripts) throws Exception {
        project.use(manager);
        project.write("package.json", """
                {"name": "myapp", "version": "1.0.0", "scripts": {%s},
                "dependencies": {"greet": "^1.0.0"}, "devDependencies": {"shout": "^1.0.0"}}
                """.formatted(scripts));
        project.lock(manager);
        offer("1.1.0");
    }

    /** Name and version of each package that lies in a release, in a folder of modules or as an archive of Yarn. */
    private static Set<String> installed(Path release) throws IOException {
        Set<String> all = new TreeSet<>();
        try (Stream<Path> files = Files.walk(release)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String name = file.getFileName().toString();
                if (name.equals("package.json") && file.toString().contains("/node_modules/")) {
                    all.add(field("name", file) + "@" + field("version", file));
                }
                ARCHIVE.matcher(name).results().forEach(each -> all.add(each.group(1) + "@" + each.group(2)));
            }
        }
        return all;
    }

    private static String field(String name, Path json) throws IOException {
        return Pattern.compile("\"" + name + "\": \"([^\"]*)\"")
                .matcher(Files.readString(json))
                .results()
                .findFirst()
                .map(found -> found.group(1))
                .orElseThrow();
    }

    /** Name and version of each package that a lock file names; those for development, too. */
    private static Set<String> locked(String manager, String lock) {
        String each = switch (manager) {
            case "pnpm" -> "(?m)^  (\\w+)@([\\d.]+):$";
            case "bun" -> "\\[\"(\\w+)@([\\d.]+)\"";
            case "yarn-1" -> "(?m)^(\\w+)@.*:\\n  version \"([\\d.]+)\"";
            case "yarn", "yarn-pnp" -> "resolution: \"(\\w+)@npm:([\\d.]+)\"";
            default -> "\"node_modules/(\\w+)\": \\{\\s*\"version\": \"([\\d.]+)\"";
        };
        return Pattern.compile(each)
                .matcher(lock)
                .results()
                .map((MatchResult found) -> found.group(1) + "@" + found.group(2))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private void assertAsLocked(String manager, Path release) throws IOException {
        String lockFile = PackageManager.of(PackageJson.read(release), release, line -> {})
                .lockFile();
        String lock = project.read(lockFile);
        Set<String> expected = new TreeSet<>(locked(manager, lock));
        assertThat(expected).containsAll(FOR_DEVELOPMENT).hasSize(4);
        expected.removeAll(FOR_DEVELOPMENT);
        assertThat(installed(release)).isEqualTo(expected);
        assertThat(release.resolve(lockFile)).hasContent(lock);
        assertThat(project.output(release, manager, "server.js")).isEqualTo("hello 1.0.0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"npm", "npm-9", "npm-10", "pnpm", "bun", "yarn-1", "yarn", "yarn-pnp"})
    void runAfterABuildScriptThatNeedsOthers(String manager) throws Exception {
        commit(manager, BUILD);
        for (int i = 0; i < 2; i++) {
            Path release = project.build();
            assertThat(release.resolve("shouted")).hasContent("HELLO");
            assertAsLocked(manager, release);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"npm", "npm-9", "npm-10", "pnpm", "bun", "yarn-1", "yarn", "yarn-pnp"})
    void runWhereNothingIsBuilt(String manager) throws Exception {
        commit(manager, "");
        for (int i = 0; i < 2; i++) {
            assertAsLocked(manager, project.build());
        }
    }

    /** What was built with is what runs, also if there is something newer a moment later. */
    @ParameterizedTest
    @ValueSource(strings = {"npm", "npm-9", "npm-10", "pnpm", "bun", "yarn-1", "yarn", "yarn-pnp"})
    void areThoseOfTheBuildWithoutALockFile(String manager) throws Exception {
        project.use(manager);
        String named = switch (manager) {
            case "pnpm" -> "pnpm@9.0.0";
            case "bun" -> "bun@1.0.0";
            case "yarn-1" -> "yarn@1.22.0";
            case "yarn", "yarn-pnp" -> "yarn@4.0.0";
            default -> "npm@10.0.0";
        };
        project.write("package.json", """
                {"name": "myapp", "version": "1.0.0", "scripts": {%s},
                "dependencies": {"greet": "^1.0.0"}, "devDependencies": {"shout": "^1.0.0"}, "packageManager": "%s"}
                """.formatted(BUILD, named));
        project.registry().whenDownloaded("greet", "1.0.0", () -> {
            try {
                project.offer("greet", "1.1.0", "{}", "");
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });

        Path release = project.build();

        assertThat(release.resolve("shouted")).hasContent("HELLO");
        assertThat(installed(release)).isEqualTo(Set.of("greet@1.0.0", "word@1.0.0"));
    }

    @ParameterizedTest
    @CsvSource({
        "npm, NPM_CONFIG_PRODUCTION, false, true",
        "npm-9, npm_config_include, dev, false",
        "npm-10, NODE_ENV, staging, true",
        "pnpm, PNPM_SKIP_PRUNING, true, true",
        "pnpm, PNPM_SKIP_PRUNING, true, false",
        "yarn-1, YARN_PRODUCTION, false, true",
        "yarn, YARN2_SKIP_PRUNING, true, true",
        "yarn-pnp, NPM_CONFIG_PRODUCTION, false, false",
        "bun, NPM_CONFIG_PRODUCTION, false, true",
    })
    void ofDevelopmentDependenciesRunWhereTheyAreWanted(
            String manager, String variable, String value, boolean withScripts) throws Exception {
        commit(manager, withScripts ? BUILD : "");
        assertAsLocked(manager, project.build());
        project.set(variable, value);
        Set<String> all = locked(manager, project.read(project.lockFile(manager)));
        for (int i = 0; i < 2; i++) {
            assertThat(installed(project.build())).hasSize(4).isEqualTo(all);
            assertThat(project.lines())
                    .anyMatch(line -> line.contains("development dependencies are kept, because of " + variable));
        }
        project.unset(variable);
        assertAsLocked(manager, project.build());
    }

    @ParameterizedTest
    @ValueSource(strings = {"npm", "npm-9", "npm-10"})
    void areReadFromLockFilesOfNpmOfAnyKind(String manager) throws Exception {
        commit(manager, BUILD);
        project.write("npm-shrinkwrap.json", project.read("package-lock.json"));
        project.remove("package-lock.json");
        project.write(".npmrc", "package-lock=false\n");
        assertThat(installed(project.build())).isEqualTo(Set.of("greet@1.0.0", "word@1.0.0"));
        project.remove("npm-shrinkwrap.json");
        project.write("package-lock.json", """
                {"name": "myapp", "version": "1.0.0", "lockfileVersion": 1, "requires": true, "dependencies": {
                "greet": {"version": "1.0.0", "requires": {"word": "^1.0.0"}}, "word": {"version": "1.0.0"},
                "shout": {"version": "1.0.0", "dev": true, "requires": {"loud": "^1.0.0"}},
                "loud": {"version": "1.0.0", "dev": true}}}
                """);
        assertThat(installed(project.build())).isEqualTo(Set.of("greet@1.0.0", "word@1.0.0"));
    }

    /** What the settings leave out is left out when others are taken away, too. */
    @ParameterizedTest
    @CsvSource({
        "npm, optional, file",
        "npm-9, optional, file",
        "npm-10, optional, file",
        "npm, peer, file",
        "npm-9, peer, variable",
        "npm-10, peer, variable",
        "npm, optional, variable",
        "npm, optional, false",
    })
    void areWithoutWhatNpmIsToOmit(String manager, String kind, String place) throws Exception {
        project.use(manager);
        project.write("package.json", """
                {"name": "myapp", "version": "1.0.0", "dependencies": {"greet": "^1.0.0"},
                "%sDependencies": {"extra": "1.0.0"}, "devDependencies": {"shout": "^1.0.0"}}
                """.formatted(kind));
        project.offer("extra", "module.exports = 1");
        project.lock(manager);
        switch (place) {
            case "file" -> project.write(".npmrc", "omit=" + kind + "\n");
            case "variable" -> project.set("NPM_CONFIG_OMIT", kind);
            default -> project.write(".npmrc", "optional=false\n");
        }
        for (int i = 0; i < 2; i++) {
            assertThat(installed(project.build())).isEqualTo(Set.of("greet@1.0.0", "word@1.0.0"));
        }
    }

    @ParameterizedTest
    @CsvSource({"yarn, yarn.lock", "yarn, .yarnrc.yml", "yarn-pnp, yarn.lock"})
    void areNotChosenAnewByAYarnThatReadsNoneOfIt(String manager, String file) throws Exception {
        commit(manager, BUILD);
        project.write(".yarnrc.yml", "nodeLinker: node-modules\n");
        if (!file.equals("yarn.lock")) {
            project.remove("yarn.lock");
        }
        assertThatThrownBy(project::build)
                .isInstanceOf(Refusal.class)
                .hasMessageMatching(
                        "\\Q" + file + "\\E is of Yarn 2 or later, and the server's yarn is 1\\.\\d+\\.\\d+,"
                                + " which does not read it: commit the app's Yarn with `yarn set version stable`, or install it on"
                                + " the server: npm install -g @yarnpkg/cli-dist");
    }

    @Test
    void areNotChosenAnewByALaterYarn() throws Exception {
        commit("yarn-1", "");
        String lock = project.read("yarn.lock");
        project.use("yarn");
        project.remove(".yarnrc.yml");
        project.write("bin/yarn", "#!/bin/sh\nexec node ../app/.yarn/releases/yarn.cjs \"$@\"\n");
        project.putFirst("bin");
        assertThatThrownBy(project::build)
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("yarn.lock is of Yarn 1, and the server's yarn is 4.");
        assertThat(project.read("yarn.lock")).isEqualTo(lock);
    }

    @ParameterizedTest
    @CsvSource({
        "pnpm, lockfileVersion: .*, lockfileVersion: '99.0'",
        "bun, '\"lockfileVersion\": \\d+', '\"lockfileVersion\": 99'",
    })
    void ofALaterManagerAreNotChosenAnew(String manager, String text, String later) throws Exception {
        commit(manager, BUILD);
        String file = project.lockFile(manager);
        project.write(file, project.read(file).replaceFirst(text, later));
        assertThatThrownBy(project::build)
                .hasMessageContaining(": the server's " + manager + " cannot read the app's lock file: run `" + manager
                        + " install` with the server's version and commit " + file);
    }

    /** Else what is installed is that of another registry. */
    @ParameterizedTest
    @ValueSource(strings = {"GITHUB_TOKEN", "GITHUB_TOKEN?"})
    void areNotThoseOfAnotherRegistry(String variable) throws Exception {
        commit("pnpm", BUILD);
        String token = "//127.0.0.1:9/:_authToken=${" + variable + "}\n";
        project.write(".npmrc", "# ours\n" + token);
        project.build();
        String told = "pnpm ignores .npmrc, because " + variable + " in it is not set: run `tinyserv config:set"
                + " GITHUB_TOKEN=…` and push again";
        assertThat(project.lines()).contains(" !     " + told);
        project.write(".npmrc", "@ours:registry=http://127.0.0.1:9/\n" + token);
        assertThatThrownBy(project::build).isInstanceOf(Refusal.class).hasMessage(told);
    }
}
