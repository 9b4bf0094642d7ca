package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.fault.Requirements;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Builds with real PHP and Composer, from a package in the pushed repository. */
@Tag("thorough")
@ExtendWith(SharedStage.class)
class PhpBuildScenario {
    private final Stage stage;

    PhpBuildScenario(Stage stage) {
        this.stage = stage;
    }

    @BeforeAll
    static void needsPhp() {
        String unmet = Requirements.unmet("php", "composer");
        assumeTrue(unmet.isEmpty(), unmet);
    }

    @Test
    void aPushInstallsKeepsAndRefuses() {
        App app = stage.developer().sample("php-hello", "php");
        app.create();

        String first = app.push().mustSucceed().err();

        assertThat(first).contains("Building with php ", "composer install --no-dev", "Installing tinyserv/greeting");
        assertThat(Http.text(app.port(), "/")).isEqualTo("Hello from v2 world\n");
        assertThat(first)
                .contains(
                        "Building with php " + Http.text(app.port(), "/version").strip());

        String second = app.write("note.txt", "changed\n")
                .commit("Note")
                .push()
                .mustSucceed()
                .err();
        assertThat(second).contains("nothing changed: vendor of the last build").doesNotContain("Installing tinyserv/");
        assertThat(Http.text(app.port(), "/any/path")).isEqualTo("Hello from v3 world\n");

        String json = app.developer().git("show", "HEAD:composer.json").out();
        app.write("composer.json", json.replace("\"1.0.0\"", "\"^1.0\"")).commit("Misfit");
        assertThat(app.push().mustFail().err())
                .contains("composer.lock does not fit composer.json; run `composer update` and commit composer.lock");
        assertThat(Http.text(app.port(), "/")).isEqualTo("Hello from v3 world\n");
    }

    @Test
    void aPageNeedsNothingButPhp() {
        App app = stage.developer().files("page", Map.of("index.php", "<?php echo getenv('GREETING');"));
        app.create();
        app.verb("config:set", "GREETING=Hi").mustSucceed();

        assertThat(app.push().mustSucceed().err()).contains("no dependencies to install");
        assertThat(Http.text(app.port(), "/")).isEqualTo("Hi");
    }
}
