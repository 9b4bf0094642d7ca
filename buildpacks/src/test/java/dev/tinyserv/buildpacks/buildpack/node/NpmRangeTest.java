package dev.tinyserv.buildpacks.buildpack.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.buildpacks.runtime.Version;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpmRangeTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            20.20.2              | v20.20.2 | true
            v20.20.2             | v20.20.2 | true
            =20.20.2             | v20.20.3 | false
            20                   | v20.1.0  | true
            20                   | v21.0.0  | false
            20.x                 | v20.99.9 | true
            20.1.x               | v20.2.0  | false
            *                    | v4.0.0   | true
            x                    | v4.0.0   | true
            >=18                 | v20.0.0  | true
            >= 18.0.0            | v17.9.9  | false
            >18                  | v18.9.9  | false
            >18                  | v19.0.0  | true
            <18                  | v17.9.9  | true
            <18                  | v18.0.0  | false
            <=18                 | v18.9.9  | true
            <=18.1.0             | v18.1.1  | false
            ^18.2.0              | v18.1.9  | false
            ^18.2.0              | v18.99.0 | true
            ^18.2.0              | v19.0.0  | false
            ^0.2.3               | v0.2.9   | true
            ^0.2.3               | v0.3.0   | false
            ^0.0.3               | v0.0.4   | false
            ~18.2                | v18.2.9  | true
            ~18.2.1              | v18.3.0  | false
            ~18                  | v18.9.0  | true
            18 - 20              | v20.20.2 | true
            18.1 - 20.3.1        | v20.3.2  | false
            >=18 <21             | v20.0.0  | true
            >=18 <21             | v21.0.0  | false
            '^16 || ^18 || >=20' | v19.0.0  | false
            '^16||^18||>=20'     | v22.1.0  | true
            >= 18 < 21           | v20.1.0  | true
            ~> 18.2              | v18.2.3  | true
            ^ 18.2               | v18.3.0  | true
            '18 || 20.x'         | v20.1.0  | true
            '18 || '             | v4.0.0   | true
            ''                   | v4.0.0   | true
            >=18.0.0-rc.1        | v18.0.0  | true
            18.0.0-rc.1          | v18.0.0  | false
            >=23.0.0-a           | v23.0.0-nightly2024 | true
            >=22                 | v23.0.0-nightly2024 | false
            <23                  | v23.0.0-nightly2024 | false
            ^0                   | v0.9.0   | true
            ^0.0                 | v0.0.9   | true
            18.2.0+build.7       | v18.2.0  | true
            >*                   | v18.2.0  | false
            <=*                  | v18.2.0  | true
            """)
    void readsWhatNpmReads(String range, String version, boolean fits) {
        assertThat(NpmRange.parse(range)
                        .orElseThrow()
                        .contains(Version.parse(version).orElseThrow()))
                .isEqualTo(fits);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lts/*",
                "latest",
                ">=a",
                "1.2.3.4",
                "99999999999999999",
                "18 -- 20",
                "^^1",
                "18,20",
                "01.2",
                "==18.0.0",
                "1 - 2 - 3",
                "18.0.0-01"
            })
    void saysNothingAboutWhatItDoesNotKnow(String range) {
        assertThat(NpmRange.parse(range)).isEmpty();
    }
}
