package dev.tinyserv.buildpacks.buildpack.python;

import static dev.tinyserv.buildpacks.runtime.Oracle.one;

import dev.tinyserv.buildpacks.runtime.Oracle;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Specifiers as Python's packaging, which pip brings along, reads them. */
class PythonRangeOracleTest {
    private static final String SCRIPT = """
            import sys
            try:
                from packaging.specifiers import SpecifierSet, InvalidSpecifier
            except ImportError:
                try:
                    from pip._vendor.packaging.specifiers import SpecifierSet, InvalidSpecifier
                except ImportError:
                    sys.exit(77)
            for line in sys.stdin.read().split('\\n')[:-1]:
                text, version = line.split('\\t')
                try:
                    print('1' if SpecifierSet(text).contains(version, prereleases=True) else '0')
                except InvalidSpecifier:
                    print('x')
            """;

    @TempDir
    Path folder;

    @Test
    void agreesWithPackaging() throws Exception {
        new Oracle("packaging", "python3", "-c", SCRIPT)
                .compare(
                        folder,
                        PythonRangeOracleTest::range,
                        PythonRangeOracleTest::version,
                        PythonRangeOracleTest::ours);
    }

    /**
     * Which side of an end post-releases and local versions lie on was mended in packaging meanwhile, and so was what
     * {@code ~=} makes of spellings other than the normal ones.
     */
    private static String ours(String range, String text) {
        PythonVersion version = PythonVersion.parse(text).orElseThrow();
        boolean special = version.isPostRelease()
                || !version.local().isEmpty()
                || range.matches(".*(?:post|rev|-\\d|v\\d|pre|alpha|\\dc).*");
        if (special && range.matches(".*(?:[<>](?!=)|~=).*")) {
            return Oracle.UNCLEAR;
        }
        return PythonRange.parse(range)
                .map(each -> each.contains(version) ? "1" : "0")
                .orElse("x");
    }

    private static String range(Random random) {
        StringBuilder all = new StringBuilder(specifier(random));
        while (random.nextInt(3) == 0) {
            all.append(one(random, ",", ", ", " ,")).append(specifier(random));
        }
        return all.toString();
    }

    private static String specifier(Random random) {
        return one(random, ">=", "<=", ">", "<", "==", "!=", "~=", "==", "!=", "=>")
                + one(random, "", "", " ")
                + numbers(random)
                + (random.nextInt(2) == 0 ? one(random, ".*", rest(random), "+local.1", "x") : "");
    }

    private static String numbers(Random random) {
        StringBuilder numbers = new StringBuilder(one(random, "", "", "", "", "", "1!", "v") + random.nextInt(3));
        for (int i = random.nextInt(4); i > 0; i--) {
            numbers.append('.').append(random.nextInt(3));
        }
        return numbers.toString();
    }

    private static String rest(Random random) {
        return one(random, "", "a1", "-alpha.2", "b", "rc1", "c2", ".pre1", "rc10", "")
                + one(random, "", "", ".post1", "-1", ".rev2", "post")
                + one(random, "", "", ".dev1", "dev", "-dev2");
    }

    private static String version(Random random) {
        return numbers(random) + rest(random) + one(random, "", "", "", "+local.1", "+local.10", "+1", "+a.b");
    }
}
