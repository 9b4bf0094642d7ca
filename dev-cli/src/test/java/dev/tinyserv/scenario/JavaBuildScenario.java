package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.Result;
import dev.tinyserv.fixtures.fault.Campaign;
import dev.tinyserv.fixtures.fault.Requirements;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Builds with a real JDK, Maven and Gradle; Maven's plugins come from Maven Central the first time. */
@Tag("thorough")
@ExtendWith(SharedStage.class)
class JavaBuildScenario {
    private final Stage stage;

    JavaBuildScenario(Stage stage) {
        this.stage = stage;
    }

    private static void needs(String... programs) {
        String unmet = Requirements.unmet(programs);
        assumeTrue(unmet.isEmpty(), unmet);
    }

    private static String built(App app) {
        Result push = app.push();
        assumeFalse(push.err().contains("Could not transfer artifact"), "needs Maven Central");
        return push.mustSucceed().err();
    }

    @Test
    void kotlinIsCompiledAndRuns() {
        needs("javac", "mvn");
        assumeTrue(Campaign.isOn(), "Kotlin's compiler is a large download: with -Pcampaign only");
        App app = stage.developer().sample("kotlin-hello", "kotlin").create();

        built(app);

        assertThat(Http.text(app.port(), "/")).startsWith("Hello from v2 with Kotlin 2.");
    }

    @Test
    void gradleBuildsWhereThereIsNoWrapper() {
        needs("javac", "gradle");
        App app = stage.developer().sample("gradle-hello", "gradle").create();

        assertThat(app.push().mustSucceed().err()).contains("Running Gradle", "BUILD SUCCESSFUL");

        assertThat(Http.text(app.port(), "/")).isEqualTo("Hello from v2 with Gradle\n");
    }

    @Test
    void aPushBuildsAJarAndTheNextOneDownloadsNothing() {
        needs("javac", "mvn");
        App app = stage.developer().sample("java-hello", "java").create();

        String first = built(app);

        assertThat(first).contains("mvn -B ", "BUILD SUCCESS").doesNotContain("earlier builds");
        assertThat(Http.text(app.port(), "/")).isEqualTo("Hello from v2 world\n");
        String version = Http.text(app.port(), "/version");
        assertThat(version).as("JAVA_HOME is set, too").startsWith("17 /");
        assertThat(first).contains("Building with java 17.");

        String second = app.write("note.txt", "changed\n")
                .commit("Note")
                .push()
                .mustSucceed()
                .err();
        assertThat(second).contains("starting from the downloads of earlier builds");
        assertThat(Http.text(app.port(), "/")).isEqualTo("Hello from v3 world\n");

        app.write("src/main/java/hello/Broken.java", "class Broken {").commit("Break");
        assertThat(app.push().mustFail().err()).contains("Broken.java:[1,15]", "package failed with exit status 1");
        assertThat(Http.text(app.port(), "/")).isEqualTo("Hello from v3 world\n");
    }
}
