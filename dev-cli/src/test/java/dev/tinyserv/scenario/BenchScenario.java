package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinyserv.fixtures.Repository;
import dev.tinyserv.fixtures.Result;
import dev.tinyserv.fixtures.Sandbox;
import dev.tinyserv.fixtures.fault.Requirements;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The benchmark runs; what it finds is not judged here. */
@Tag("thorough")
class BenchScenario {
    private static final String BENCH =
            Repository.root().resolve("test-fixtures/bench").toString();

    @Test
    void helpNamesWhatCanBeMeasured() {
        assertThat(bench("--help").mustSucceed().out())
                .contains("push,transfer,verbs,router,start,list,routes,dependencies");
    }

    @Test
    void wrongUseExitsWith2AndMeasuresNothing() {
        Result result = bench("--no-build", "--only", "everything");

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).contains("--only takes push,transfer,verbs");
    }

    @Test
    void aRoundOfVerbsGivesATableWithRatios() {
        String unmet = Requirements.unmet("sshd", "node");
        assumeTrue(unmet.isEmpty(), unmet);

        Result result = bench("--no-build", "--rounds", "1", "--only", "verbs").mustSucceed();

        assertThat(result.out())
                .containsPattern("\\| `tinyserv ps`, kept connection \\| [\\d.]+ .* \\| ≤ 1\\.50 \\| (yes|no) \\|")
                .containsPattern("\\| `tinyserv ps`, cold \\| [\\d.]+ ")
                .contains("git 2.");
    }

    private static Result bench(String... arguments) {
        try (Sandbox sandbox = Sandbox.create()) {
            String[] line = new String[arguments.length + 1];
            line[0] = BENCH;
            System.arraycopy(arguments, 0, line, 1, arguments.length);
            return sandbox.shell().run(line);
        }
    }
}
