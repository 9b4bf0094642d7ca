package dev.tinyserv.buildpacks.buildpack.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DevelopmentDependenciesTest {
    @ParameterizedTest
    @CsvSource({
        "NPM_CONFIG_PRODUCTION, false, true",
        "npm_config_production, FALSE, true",
        "NPM_CONFIG_PRODUCTION, true, false",
        "NPM_CONFIG_PRODUCTION, '', false",
        "NPM_CONFIG_INCLUDE, dev, true",
        "npm_config_include, 'optional,dev', true",
        "NPM_CONFIG_INCLUDE, optional, false",
        "NPM_CONFIG_OMIT, dev, false",
        "YARN_PRODUCTION, false, true",
        "YARN_PRODUCTION, true, false",
        "YARN2_SKIP_PRUNING, true, true",
        "YARN2_SKIP_PRUNING, false, false",
        "PNPM_SKIP_PRUNING, true, true",
        "PNPM_SKIP_PRUNING, 1, true",
        "PNPM_SKIP_PRUNING, false, false",
        "NODE_ENV, production, false",
        "NODE_ENV, development, true",
        "NODE_ENV, '', false",
        "MY_NPM_CONFIG_PRODUCTION, false, false",
    })
    void areKeptByTheVariablesThatHerokuKnows(String name, String value, boolean kept) {
        assertThat(DevelopmentDependencies.keptBy(Map.of(name, value, "PATH", "/bin")))
                .isEqualTo(kept ? java.util.Optional.of(name) : java.util.Optional.empty());
    }

    @Test
    void areForDevelopmentOnlyWhereNothingIsSaid() {
        assertThat(DevelopmentDependencies.keptBy(Map.of())).isEmpty();
    }
}
