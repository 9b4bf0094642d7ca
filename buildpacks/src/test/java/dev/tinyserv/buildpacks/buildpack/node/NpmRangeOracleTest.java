package dev.tinyserv.buildpacks.buildpack.node;

import static dev.tinyserv.buildpacks.runtime.Oracle.one;

import dev.tinyserv.buildpacks.process.Program;
import dev.tinyserv.buildpacks.runtime.Oracle;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ranges of npm as node-semver, which lies in npm itself, reads them. */
class NpmRangeOracleTest {
    private static final String SCRIPT = """
            const fs = require('node:fs'), path = require('node:path');
            const npm = path.dirname(path.dirname(fs.realpathSync(process.argv[1])));
            let place;
            try { place = require.resolve('semver', {paths: [npm]}); } catch (e) { process.exit(77); }
            const semver = require(place);
            const lines = fs.readFileSync(0, 'utf8').split('\\n').slice(0, -1);
            console.log(lines.map(line => line.split('\\t')).map(([range, version]) =>
              semver.validRange(range) === null ? 'x' : semver.satisfies(version, range) ? '1' : '0').join('\\n'));
            """;

    @TempDir
    Path folder;

    @Test
    void agreesWithNpm() throws Exception {
        Map<String, String> environment = Map.of("PATH", System.getenv("PATH"));
        Path npm = Program.find("npm", environment).orElse(null);
        Assumptions.assumeTrue(npm != null, "npm is not on this machine");
        new Oracle("semver of npm", "node", "-e", SCRIPT, npm.toString())
                .compare(
                        folder,
                        NpmRangeOracleTest::range,
                        NpmRangeOracleTest::version,
                        (range, version) -> NpmRange.parse(range)
                                .map(each -> each.contains(SemVer.parse(version).orElseThrow()) ? "1" : "0")
                                .orElse("x"));
    }

    private static String range(Random random) {
        StringBuilder range = new StringBuilder(alternative(random));
        while (random.nextInt(4) == 0) {
            range.append(one(random, "||", " || ", " ||")).append(alternative(random));
        }
        return range.toString();
    }

    private static String alternative(Random random) {
        if (random.nextInt(6) == 0) {
            return partial(random) + " - " + partial(random);
        }
        StringBuilder all = new StringBuilder(comparator(random));
        while (random.nextInt(3) == 0) {
            all.append(one(random, " ", " ", "  ", ",")).append(comparator(random));
        }
        return all.toString();
    }

    private static String comparator(Random random) {
        return one(random, "", "", "^", "~", "~>", ">", ">=", "<", "<=", "=", "^", "~", ">=", "==", "!")
                + one(random, "", "", "", " ")
                + partial(random);
    }

    /** What stands behind an open end is read by some versions of npm only. */
    private static String partial(Random random) {
        String parts = one(random, "", "", "", "v", "=") + number(random);
        for (int i = one(random, 0, 1, 2, 2, 2, 2); i > 0; i--) {
            parts += "." + (parts.matches(".*[xX*]") ? "x" : number(random));
        }
        boolean whole = parts.matches("[v=]?\\d+\\.\\d+\\.\\d+");
        return whole && random.nextInt(3) == 0 ? parts + rest(random) : parts;
    }

    private static String number(Random random) {
        String rare = random.nextInt(60) == 0 ? "01" : "2";
        return one(random, "0", "0", "0", "1", "1", "2", "2", "3", one(random, "x", "*", "X"), rare);
    }

    private static String rest(Random random) {
        return one(random, "-0", "-1", "-alpha", "-alpha.1", "-beta.10", "-beta.9", "-rc1", "+build.7", "-a+b", "-01");
    }

    private static String version(Random random) {
        return random.nextInt(4)
                + "."
                + random.nextInt(4)
                + "."
                + random.nextInt(4)
                + (random.nextInt(3) == 0
                        ? one(random, "-0", "-1", "-alpha", "-alpha.1", "-beta.10", "-rc1", "+b")
                        : "");
    }
}
