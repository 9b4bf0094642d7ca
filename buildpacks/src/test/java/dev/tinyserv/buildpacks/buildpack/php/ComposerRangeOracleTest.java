package dev.tinyserv.buildpacks.buildpack.php;

import static dev.tinyserv.buildpacks.runtime.Oracle.one;

import dev.tinyserv.buildpacks.process.Program;
import dev.tinyserv.buildpacks.runtime.Oracle;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Constraints as Composer, where Debian's package keeps its classes, reads them. */
class ComposerRangeOracleTest {
    private static final String SCRIPT = """
            @include '/usr/share/php/Composer/Semver/autoload.php';
            if (!class_exists('Composer\\\\Semver\\\\Semver')) { exit(77); }
            while (($line = fgets(STDIN)) !== false) {
                [$range, $version] = explode("\\t", rtrim($line, "\\n"));
                try {
                    echo Composer\\Semver\\Semver::satisfies($version, $range) ? "1\\n" : "0\\n";
                } catch (UnexpectedValueException $e) {
                    echo "x\\n";
                }
            }
            """;

    @TempDir
    Path folder;

    @Test
    void agreesWithComposer() throws Exception {
        Assumptions.assumeTrue(
                Program.find("php", Map.of("PATH", System.getenv("PATH"))).isPresent(), "PHP is not on this machine");
        new Oracle("Composer", "php", "-r", SCRIPT)
                .compare(
                        folder,
                        ComposerRangeOracleTest::range,
                        ComposerRangeOracleTest::version,
                        (range, version) -> ComposerRange.parse(range)
                                .map(each -> each.contains(
                                                ComposerVersion.parse(version).orElseThrow())
                                        ? "1"
                                        : "0")
                                .orElse("x"));
    }

    private static String range(Random random) {
        StringBuilder range = new StringBuilder(alternative(random));
        while (random.nextInt(4) == 0) {
            range.append(one(random, "||", " || ", "|", " | ")).append(alternative(random));
        }
        return range.toString();
    }

    private static String alternative(Random random) {
        if (random.nextInt(6) == 0) {
            // From a later one to an earlier one Composer joins it with its neighbours.
            return version(random) + " - 3" + one(random, "", ".1", ".0.2", ".1.0.2", ".0.0-RC1");
        }
        StringBuilder all = new StringBuilder(constraint(random));
        while (random.nextInt(3) == 0) {
            all.append(one(random, " ", ",", ", ")).append(constraint(random));
        }
        return all.toString();
    }

    private static String constraint(Random random) {
        if (random.nextInt(6) == 0) {
            return one(random, "", "v") + random.nextInt(3) + one(random, ".*", ".x", ".1.*", ".0.*");
        }
        String operator = one(random, "", "^", "~", ">", ">=", "<", "<=", "=", "==", "!=", "<>", "^", "~", "~>", "=>");
        return operator + (operator.matches("[\\^~]?") ? "" : one(random, "", "", " ")) + version(random);
    }

    private static String version(Random random) {
        StringBuilder version = new StringBuilder(one(random, "", "", "v") + random.nextInt(3));
        for (int i = random.nextInt(4); i > 0; i--) {
            version.append('.').append(random.nextInt(3));
        }
        return version + one(random, "", "", "", "", "-dev", "-alpha1", "beta2", "RC1", "-RC10", "-p1");
    }
}
