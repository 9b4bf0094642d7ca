package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.Result;
import dev.tinyserv.fixtures.fault.Requirements;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Builds with a real JDK and Maven; Maven's plugins come from Maven Central the first time. */
@ExtendWith(SharedStage.class)
class JavaBuildScenario {
    private final Stage stage;

    JavaBuildScenario(Stage stage) {
        this.stage = stage;
    }

    @Test
    void aPushBuildsAJarAndTheNextOneDownloadsNothing() {
        String unmet = Requirements.unmet("javac", "mvn");
        assumeTrue(unmet.isEmpty(), unmet);
        App app = stage.developer().sample("java-hello", "java");
        app.create();

        Result push = app.push();
        assumeFalse(push.err().contains("Could not transfer artifact"), "needs Maven Central");
        String first = push.mustSucceed().err();

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
