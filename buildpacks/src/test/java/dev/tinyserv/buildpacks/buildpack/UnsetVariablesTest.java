package dev.tinyserv.buildpacks.buildpack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.buildpacks.buildpack.UnsetVariables.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnsetVariablesTest {
    @TempDir
    Path folder;

    private String remedy(Place place, String content) throws IOException {
        Files.writeString(folder.resolve(place.file()), content);
        return UnsetVariables.remedy(folder, List.of(place, Place.braces("missing")), Set.of("SET")::contains);
    }

    @Test
    void namesWhatIsNotSet() throws IOException {
        assertThat(remedy(Place.braces("requirements.txt"), "--extra-index-url https://${USER_X}:${PASS}@x/\n${SET}\n"))
                .isEqualTo(": requirements.txt names PASS, USER_X, which are not set; run `tinyserv config:set PASS=…"
                        + " USER_X=…` and push again");
        assertThat(remedy(Place.dollar("Pipfile"), "url = \"https://$A:${B}@x/\"\n"))
                .startsWith(": Pipfile names A, B, which are not set");
    }

    @Test
    void isSilentAboutDefaultsAndComments() throws IOException {
        assertThat(remedy(Place.braces(".yarnrc.yml"), "a: ${A:-}\nb: ${B-x}\n# ${C}\n; ${D}\nc: ${SET}\n"))
                .isEmpty();
        assertThat(remedy(Place.dollar("bunfig.toml"), "a = \"${A:-x}\"\nb = \"$SET\"\n"))
                .isEmpty();
    }

    @Test
    void isNotHeldUpByHostileFiles() throws IOException {
        assertThat(remedy(Place.braces(".npmrc"), "${A".repeat(80_000))).isEmpty();
        assertThat(remedy(Place.braces(".npmrc"), "x".repeat(300_000))).isEmpty();
        Files.delete(folder.resolve(".npmrc"));
        Files.createDirectory(folder.resolve(".npmrc"));
        assertThat(UnsetVariables.remedy(folder, List.of(Place.braces(".npmrc")), name -> false))
                .isEmpty();
    }
}
