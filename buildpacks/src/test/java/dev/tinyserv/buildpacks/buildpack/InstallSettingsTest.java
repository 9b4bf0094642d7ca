package dev.tinyserv.buildpacks.buildpack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.buildpacks.runtime.Runtimes;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InstallSettingsTest {
    @TempDir
    private Path folder;

    private final Map<String, String> environment = new TreeMap<>(Map.of("PATH", "/bin"));
    private Path app;

    @BeforeEach
    void anApp() throws IOException {
        app = Files.createDirectory(folder.resolve("app"));
    }

    private void write(String name, String content) throws IOException {
        Path file = app.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private String key() throws IOException {
        return key(folder);
    }

    private String key(Path in) throws IOException {
        Fingerprint key = new Fingerprint();
        new InstallSettings(TestBuild.in(in, environment, new Runtimes(environment), line -> {}), "npm_", "bundle")
                .withFiles(List.of(".npmrc", "Gemfile"))
                .withFolder("patches")
                .addTo(key);
        return key.hex();
    }

    @ParameterizedTest
    @CsvSource({
        "NPM_CONFIG_PRODUCTION, true",
        "npm_config_include, true",
        "Npm_Config_Whatever_Comes, true",
        "BUNDLE_WITHOUT, true",
        "DATABASE_URL, false",
        "MY_NPM_CONFIG, false",
    })
    void areVariablesThatBeginAsTheManagersDo(String name, boolean decides) throws IOException {
        String without = key();
        environment.put(name, "one");
        String one = key();
        environment.put(name, "two");
        assertThat(!key().equals(one)).isEqualTo(decides);
        assertThat(!one.equals(without)).isEqualTo(decides);
    }

    @ParameterizedTest
    @CsvSource({
        ".npmrc, 'registry=${REGISTRY}', REGISTRY, true",
        ".npmrc, 'registry=https://r.example', REGISTRY, false",
        ".npmrc, '//r.example/:_authToken=$TOKEN', TOKEN, true",
        "Gemfile, 'gem \"rack\" if ENV[\"WITH_RACK\"]', WITH_RACK, true",
        "Gemfile, 'gem \"rack\", ENV.fetch(''RACK'', 1)', RACK, true",
        "other, '${REGISTRY}', REGISTRY, false",
    })
    void areVariablesThatTheFilesMention(String file, String content, String name, boolean decides) throws IOException {
        write(file, content);
        environment.put(name, "one");
        String one = key();
        environment.put(name, "two");
        assertThat(!key().equals(one)).isEqualTo(decides);
    }

    private String keyOfBuild(String name) throws IOException {
        Path build = Files.createDirectories(folder.resolve(name));
        FileTree.delete(build.resolve("app"));
        app = Files.createDirectory(build.resolve("app"));
        write(".npmrc", "cache=${HOME}/.npm\ntmp=$TMPDIR\nver=$SOURCE_VERSION\nown=$TINYSERV_BUILD\nat=$OTHER");
        write("Gemfile", "gem 'x', path: ENV[\"HOME\"]");
        environment.put("HOME", build.resolve("temp").toString());
        environment.put("TMPDIR", build.resolve("temp").toString());
        environment.put("NPM_CONFIG_CACHE", app + "/.cache");
        environment.put("SOURCE_VERSION", name);
        environment.put("TINYSERV_BUILD", name);
        return key(build);
    }

    @Test
    void areNotWhatIsOtherInEachBuild() throws IOException {
        environment.put("OTHER", "one");
        String one = keyOfBuild("one");
        assertThat(keyOfBuild("two")).isEqualTo(one);
        environment.put("OTHER", "two");
        assertThat(keyOfBuild("one")).isNotEqualTo(one);
    }

    @Test
    void areTheFilesThatVariablesName() throws IOException {
        environment.put("NPM_CONFIG_USERCONFIG", "config/other.npmrc");
        environment.put("BUNDLE_GEMFILE", "a b:deploy/Gemfile");
        List<String> before = List.of(key());
        write("config/other.npmrc", "omit=optional");
        String one = key();
        write("config/other.npmrc", "omit=peer");
        String two = key();
        write("deploy/Gemfile", "one");
        assertThat(List.of(before.get(0), one, two, key())).doesNotHaveDuplicates();
    }

    @Test
    void areThePatchesThatInstallScriptsApply() throws IOException {
        String without = key();
        write("patches/greet+1.0.0.patch", "one");
        String one = key();
        write("patches/greet+1.0.0.patch", "two");
        assertThat(List.of(without, one, key())).doesNotHaveDuplicates();
    }

    @Test
    void doNotFollowLinksNorGoOutOfTheApp() throws IOException {
        Path outside = Files.writeString(folder.resolve("outside"), "one");
        Files.createSymbolicLink(app.resolve(".npmrc"), outside);
        environment.put("NPM_CONFIG_USERCONFIG", "../outside");
        environment.put("NPM_CONFIG_GLOBALCONFIG", "no\u0000path");
        String one = key();
        Files.writeString(outside, "two");
        assertThat(key()).isEqualTo(one);
    }

    @Test
    void areWhatNamedFilesMention() throws IOException {
        write("conf/npmrc", "omit=${KIND}\ncafile=$CERTIFICATES\n");
        write("conf/more", "$MORE");
        environment.put("NPM_CONFIG_USERCONFIG", "conf/npmrc");
        environment.put("KIND", "optional");
        environment.put("CERTIFICATES", "conf/more");
        environment.put("MORE", "conf/npmrc");
        Set<String> keys = new HashSet<>(Set.of(key()));
        for (String name : List.of("KIND", "MORE", "CERTIFICATES")) {
            environment.put(name, "another");
            assertThat(keys.add(key())).as(name).isTrue();
        }
        environment.put("MORE", "that nothing names any more");
        assertThat(keys.add(key())).isFalse();
    }
}
