package dev.tinyserv.buildpacks.buildpack.python;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.buildpacks.runtime.Version;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PythonRangeTest {
    private static boolean holds(String range, String version) {
        return PythonRange.parse(range)
                .orElseThrow()
                .contains(Version.parse(version).orElseThrow());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                ">=3.9;3.9.0,3.13.1;3.8.20",
                ">= 3.9, <3.12;3.9.0,3.11.9;3.8.1,3.12.0",
                "~=3.10;3.10.0,3.13.0;3.9.9,4.0.0",
                "~=3.10.2;3.10.2,3.10.9;3.10.1,3.11.0",
                "==3.11.*;3.11.0,3.11.9;3.10.0,3.12.0",
                "==3.11;3.11.0;3.11.9,3.12.0",
                ">=3.9 <4;3.9.0,3.13.0;3.8.0,4.0.0",
                ">= 3.9;3.9.0;3.8.0",
                "3.11.*;3.11.9;3.12.0",
                "===3.11.4;3.11.4;3.11.5",
                ">=3.14;3.14.0;3.14.0rc2,3.13.9",
                ">=3.14.0a1;3.14.0rc2;3.13.9",
                "<3.14;3.13.0rc1;3.14.0rc2",
                "<3.14.0rc2;3.14.0b1;3.14.0rc2",
                "~=3.14.0rc1;3.14.0rc2,3.14.1;3.15.0,3.14.0b4",
                "!=3.11.*;3.12.0;3.11.0",
                ">1!0;;3.11.0",
                "==3.11.4;3.11.4;3.11.3,3.11.5",
                ">=3.8,!=3.9.*,!=3.10.1;3.8.0,3.10.0,3.10.2,3.11.0;3.9.5,3.10.1,3.7.0",
                ">3.9;3.9.1,3.10.0;3.9.0",
                "<=3.11;3.11.0,3.10.9;3.11.1",
                "^3.8;3.8.0,3.13.0;3.7.9,4.0.0",
                "~3.9;3.9.0,3.9.7;3.10.0",
                "~3;3.1.0;4.0.0",
                "^2.7 || >=3.6;2.7.18,3.6.0;3.5.0,2.6.0",
                "3.11;3.11.6;3.12.0",
                "*;3.1.0,2.7.0;",
            })
    void readsTheSpecifiersOfPythonAndPoetry(String range, String inside, String outside) {
        for (String version : inside == null ? new String[0] : inside.split(",", -1)) {
            assertThat(holds(range, version)).as(range + " holds " + version).isTrue();
        }
        for (String version : outside == null ? new String[0] : outside.split(",", -1)) {
            assertThat(holds(range, version)).as(range + " holds " + version).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"three", "~=3", ">=3.9.*", ">=3.9+local", "=>3.9", ">=3.9,<x.y", "3.9\u001b"})
    void isNoWishWhenItIsWrittenInAnotherWay(String text) {
        assertThat(PythonRange.parse(text)).isEmpty();
    }

    @Test
    void givesUpOnWhatIsTooLong() {
        assertThat(PythonRange.parse(">=3.8" + ",!=3.9.1".repeat(30))).isPresent();
        assertThat(PythonRange.parse(">=3.8" + ",!=3.9.1".repeat(200))).isEmpty();
    }
}
