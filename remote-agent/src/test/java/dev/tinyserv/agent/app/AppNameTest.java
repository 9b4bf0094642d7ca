package dev.tinyserv.agent.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.buildpacks.base.Refusal;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AppNameTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "shop", "my-app-2", "a23456789012345678901234567890"})
    void takesNamesThatAreSafeEverywhere(String name) {
        assertThat(new AppName(name)).asString().isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "A",
                "1a",
                "-a",
                "a_b",
                "a.b",
                "a/b",
                "..",
                "../a",
                "a b",
                "a;b",
                "$(a)",
                "a\n",
                "a\0",
                "é",
                "a234567890123456789012345678901",
                "--exec=x",
                "shop.git"
            })
    void refusesEverythingElse(String name) {
        assertThatThrownBy(() -> new AppName(name)).isInstanceOf(Refusal.class);
    }

    @Test
    void escapesWhatItRefuses() {
        assertThatThrownBy(() -> new AppName("\u001b]52;c;x\u0007"))
                .hasMessageContaining("\\x1b")
                .message()
                .doesNotContain("\u001b");
    }

    @Test
    void aDeployerUsesOnlyTheAppsOfItsKey() {
        Account ci = new Account("ci", Account.Role.DEPLOYER, Set.of(new AppName("shop")));

        assertThat(ci.mayUse(new AppName("shop"))).isTrue();
        assertThatThrownBy(() -> ci.requireUseOf(new AppName("blog"))).hasMessageContaining("no app 'blog'");
        assertThatThrownBy(() -> ci.requireAdmin("create apps")).hasMessageContaining("may not create apps");
    }
}
