package dev.tinyserv.agent.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.app.BuildSettings;
import dev.tinyserv.agent.app.Formation;
import dev.tinyserv.agent.app.ProcessName;
import dev.tinyserv.agent.app.ProcessSelector;
import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.agent.app.Scale;
import dev.tinyserv.agent.app.TypeSettings;
import dev.tinyserv.agent.build.Manifest;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.agent.release.ReleaseFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The files that version 0.1.0 wrote: each key keeps its name, place and meaning, since people script against them. */
class OldFilesTest {
    private static final String APP = """
            {
              "schema" : 1,
              "app" : "shop",
              "port" : 5003,
              "up" : false,
              "createdAt" : "2026-11-20T10:00:00.123456Z",
              "createdBy" : "ada",
              "buildpacks" : [ "node", "python" ],
              "root" : "web",
              "watch" : [ "web", "lib" ],
              "autoCancel" : true
            }""";

    private static final String RELEASE = """
            {
              "schema" : 1,
              "app" : "shop",
              "version" : 7,
              "id" : "7f3c",
              "status" : "live",
              "createdAt" : "2026-11-20T10:00:00.123456Z",
              "createdBy" : "ada",
              "cause" : "push",
              "description" : "Deploy c0ffee",
              "commit" : "c0ffee0000000000000000000000000000000000",
              "port" : 5003,
              "cmdline" : "node .",
              "processes" : {
                "release" : "./migrate",
                "web" : "node ."
              },
              "env" : {
                "GREETING" : "Grüß"
              },
              "slug" : "20261120-100000-c0ffee0",
              "slugEnv" : {
                "NODE_ENV" : "production"
              },
              "buildpack" : "node",
              "site" : {
                "folder" : "public",
                "cleanUrls" : true,
                "singlePage" : false,
                "notFound" : "404.html"
              },
              "root" : "web",
              "branchWas" : "1111111111111111111111111111111111111111"
            }""";

    private final JsonStore store = new JsonStore();

    private <T> T read(String text, Class<T> type) {
        return store.parse(Path.of("some.json"), text.getBytes(StandardCharsets.UTF_8), type);
    }

    @Test
    void anAppIsReadIntoItsParts() {
        AppState app = read(APP, AppState.class);

        assertThat(app.app().value()).isEqualTo("shop");
        assertThat(app.port()).isEqualTo(5003);
        assertThat(app.up()).isFalse();
        assertThat(app.identity().createdBy()).isEqualTo("ada");
        assertThat(app.build())
                .isEqualTo(new BuildSettings(List.of("node", "python"), "web", List.of("web", "lib"), true, List.of()));
    }

    @Test
    void anAppIsWrittenWithTheKeysOfThatVersionAndMore() {
        String written = store.format(read(APP, AppState.class));

        assertThat(written).startsWith(APP.substring(0, APP.lastIndexOf("\n"))).contains("\"show\" : [ ]");
    }

    @Test
    void anAppWithoutTheKeysThatCameLaterHasTheirDefaults() {
        String first = APP.substring(0, APP.indexOf(",\n  \"buildpacks\"")) + "\n}";

        assertThat(read(first, AppState.class).build()).isEqualTo(BuildSettings.DEFAULT);
    }

    @Test
    void aFormationIsAPartBesideTheKeysOfThatVersion() {
        AppState app = read(APP, AppState.class);
        assertThat(app.scale()).isEqualTo(Scale.NONE);
        assertThat(store.format(app)).contains("\"formation\" : null").doesNotContain("formedBy", "stopped");
        ProcessType worker = new ProcessType("worker");

        AppState scaled = app.withScale(new Scale(
                new Formation(new TreeMap<>(Map.of(ProcessType.WEB, 2, worker, 0))),
                7,
                new TreeSet<>(List.of(ProcessSelector.of("web.2"), ProcessSelector.of("worker")))));
        String written = store.format(scaled);

        assertThat(written)
                .startsWith(APP.substring(0, APP.lastIndexOf("\n")))
                .contains("\"formation\" : {\n    \"web\" : 2,\n    \"worker\" : 0\n  }")
                .contains("\"formedBy\" : 7")
                .contains("\"stopped\" : [ \"web.2\", \"worker\" ]");
        assertThat(read(written, AppState.class)).isEqualTo(scaled);
        assertThat(scaled.scale().processes(List.of(ProcessType.WEB)))
                .extracting(ProcessName::toString)
                .containsExactly("web.1");
    }

    @Test
    void settingsOfATypeAreAPartBesideTheKeysOfThatVersion() {
        AppState app = read(APP, AppState.class);
        assertThat(app.settings(ProcessType.WEB)).isEqualTo(TypeSettings.DEFAULT);
        assertThat(store.format(app)).as("left out for none").doesNotContain("types");

        AppState changed = app.withSettings(ProcessType.WEB, TypeSettings.DEFAULT.withSurge(2))
                .withSettings(new ProcessType("poller"), TypeSettings.DEFAULT.withExclusive(true));
        String written = store.format(changed);

        assertThat(written.replaceAll("\\s+", ""))
                .endsWith("\"types\":{\"poller\":{\"exclusive\":true},\"web\":{\"surge\":2}}}");
        assertThat(read(written, AppState.class)).isEqualTo(changed);
        assertThat(read(written.replace("\"surge\"", "\"later\" : [ 1 ], \"surge\""), AppState.class))
                .isEqualTo(changed);
        assertThat(changed.withSettings(ProcessType.WEB, TypeSettings.DEFAULT).types())
                .as("the default is no setting")
                .containsOnlyKeys(new ProcessType("poller"));
    }

    @Test
    void whatACommitDeclaresIsAPartOfItsRelease() {
        String declaring = RELEASE.substring(0, RELEASE.lastIndexOf("\n")) + """
                ,
                  "manifest" : {
                    "formation" : {
                      "web" : {
                        "quantity" : 2,
                        "enforce" : true
                      }
                    }
                  }
                }""";

        Release release = read(declaring, ReleaseFile.class).release();

        assertThat(release.manifest().formation())
                .containsExactly(Map.entry(ProcessType.WEB, new Manifest.Quantity(2, true)));
        assertThat(store.format(ReleaseFile.of(release, 5003))).isEqualTo(declaring);
        assertThat(read(declaring.replace("\"formation\"", "\"later\" : { }, \"formation\""), ReleaseFile.class)
                        .release())
                .isEqualTo(release);
        assertThat(read(RELEASE, ReleaseFile.class).release().manifest()).isEqualTo(Manifest.NONE);
    }

    @Test
    void aReleaseIsWrittenAsItWasRead() {
        Release release = read(RELEASE, ReleaseFile.class).release();

        assertThat(release.name()).isEqualTo("v7");
        assertThat(release.slug()).isNotNull();
        assertThat(store.format(ReleaseFile.of(release, 5003))).isEqualTo(RELEASE);
    }

    @Test
    void whatAReleaseSaysTwiceIsNotReadBack() {
        String changed = RELEASE.replace("5003", "6000").replace("\"cmdline\" : \"node .\"", "\"cmdline\" : \"other\"");

        assertThat(read(changed, ReleaseFile.class).release())
                .isEqualTo(read(RELEASE, ReleaseFile.class).release());
    }
}
