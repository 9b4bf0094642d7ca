package dev.tinyserv.buildpacks.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VersionTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            v20.20.2                                  | 20.20.2
            Python 3.11.2                             | 3.11.2
            go version go1.19.8 linux/amd64           | 1.19.8
            ruby 3.1.2p20 (2022-04-12) [x86_64-linux] | 3.1.2
            PHP 8.2.7 (cli) (built: Jun  9 2023)      | 8.2.7
            javac 17.0.15                             | 17.0.15
            javac 25                                  | 25.0.0
            deno 2.1.4 (stable, release)              | 2.1.4
            1.1.38                                    | 1.1.38
            Python 3.14.0rc2                          | 3.14.0rc2
            Python 3.13.0b1+                          | 3.13.0b1
            go version go1.23rc1 linux/amd64          | 1.23.0rc1
            ruby 3.4.0preview1 (2024-05-16) [x86_64]  | 3.4.0preview1
            PHP 8.4.0RC1 (cli)                        | 8.4.0RC1
            PHP 8.1.2-1ubuntu2.14 (cli)               | 8.1.2
            javac 21-ea                               | 21.0.0-ea
            v23.0.0-nightly20241010a1b2               | 23.0.0-nightly20241010a1b2
            1.2.0-canary.17+abc                       | 1.2.0-canary.17
            """)
    void isFoundInWhatProgramsPrint(String text, String version) {
        assertThat(Version.findIn(text)).map(Version::toString).contains(version);
    }

    @ParameterizedTest
    @CsvSource({
        "v20.1.0, 20.1.0",
        "3.12, 3.12.0",
        "21.0.2-tem, 21.0.2",
        "3.2.1_1, 3.2.1",
        "17.0.9+11, 17.0.9",
        "3.14.0rc2, 3.14.0rc2",
        "3.14-dev, 3.14.0-dev"
    })
    void isReadFromNamesOfFolders(String text, String version) {
        assertThat(Version.parse(text)).map(Version::toString).contains(version);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "latest", "pypy3.10-7.3", "v", "1234567.1", "x20", "3.13.0t"})
    void isNotMadeUp(String text) {
        assertThat(Version.parse(text)).isEmpty();
    }

    @Test
    void isOrderedByNumbers() {
        assertThat(new Version(3, 9, 18)).isLessThan(new Version(3, 10, 0)).isLessThan(new Version(4, 0, 0));
        assertThat(new Version(3, 9, 2)).isLessThan(new Version(3, 9, 18));
        assertThat(new Version(3, 9, 2, "rc9"))
                .isLessThan(new Version(3, 9, 2, "rc10"))
                .isLessThan(new Version(3, 9, 2));
        assertThat(new Version(3, 9, 2, "-beta.1")).isLessThan(new Version(3, 9, 2, "rc1"));
    }
}
