package dev.tinyserv.buildpacks.buildpack.ruby;

import static dev.tinyserv.buildpacks.runtime.Oracle.one;

import dev.tinyserv.buildpacks.process.Program;
import dev.tinyserv.buildpacks.runtime.Oracle;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requirements as RubyGems, which lies in Ruby itself, reads them. */
class RubyRangeOracleTest {
    private static final String SCRIPT = """
            STDIN.read.split("\\n").each do |line|
              range, version = line.split("\\t")
              begin
                puts Gem::Requirement.new(*range.split(",")).satisfied_by?(Gem::Version.new(version)) ? "1" : "0"
              rescue Gem::Requirement::BadRequirementError, ArgumentError
                puts "x"
              end
            end
            """;

    @TempDir
    Path folder;

    @Test
    void agreesWithRubyGems() throws Exception {
        Assumptions.assumeTrue(
                Program.find("ruby", Map.of("PATH", System.getenv("PATH"))).isPresent(), "Ruby is not on this machine");
        new Oracle("RubyGems", "ruby", "-e", SCRIPT)
                .compare(
                        folder,
                        RubyRangeOracleTest::range,
                        RubyRangeOracleTest::version,
                        (range, version) -> RubyRange.parse(Arrays.asList(range.split(",", -1)))
                                .map(each ->
                                        each.contains(GemVersion.parse(version).orElseThrow()) ? "1" : "0")
                                .orElse("x"));
    }

    private static String range(Random random) {
        StringBuilder all = new StringBuilder(requirement(random));
        while (random.nextInt(3) == 0) {
            all.append(one(random, ",", ", ")).append(requirement(random));
        }
        return all.toString();
    }

    private static String requirement(Random random) {
        return one(random, "", "=", "!=", ">", "<", ">=", "<=", "~>", "~>", "=>")
                + one(random, "", " ", "  ")
                + version(random);
    }

    private static String version(Random random) {
        StringBuilder version = new StringBuilder(Integer.toString(random.nextInt(3)));
        for (int i = random.nextInt(4); i > 0; i--) {
            version.append('.').append(one(random, "0", "1", "2", "10", random.nextInt(4) == 0 ? "a" : "0"));
        }
        return version + one(random, "", "", "", ".pre1", ".rc2", "-beta.1", ".0");
    }
}
