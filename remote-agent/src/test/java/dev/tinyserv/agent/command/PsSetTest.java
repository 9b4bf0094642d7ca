package dev.tinyserv.agent.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.agent.app.TypeKey;
import dev.tinyserv.agent.app.TypeSettings;
import dev.tinyserv.buildpacks.base.Refusal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PsSetTest {
    @Test
    void itsHelpExplainsEachKey() {
        for (TypeKey key : TypeKey.ALL) {
            assertThat(PsSet.VERB.texts().sentences()).anyMatch(sentence -> sentence.startsWith(key.name() + "="));
        }
    }

    @Test
    void whatItShowsCanBeFedBack() {
        TypeSettings settings =
                TypeKey.change("exclusive=on").apply(TypeKey.change("surge=2").apply(TypeSettings.DEFAULT));
        assertThat(settings).isEqualTo(new TypeSettings(2, true));
        assertThat(settings.asWords()).startsWith("surge=2 exclusive=on");

        TypeSettings again = TypeSettings.DEFAULT;
        for (String word : settings.asWords().split(" ", -1)) {
            again = TypeKey.change(word).apply(again);
        }
        assertThat(again).isEqualTo(settings);
        for (String word : TypeSettings.DEFAULT.asWords().split(" ", -1)) {
            again = TypeKey.change(word).apply(again);
        }
        assertThat(again).isEqualTo(TypeSettings.DEFAULT);
        assertThat(TypeKey.change("surge=").apply(settings).surge()).isNull();
        assertThat(TypeKey.change("exclusive=").apply(settings).exclusive()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '`', textBlock = """
            surge=0       ~ surge is a number from 1 to 999, or 'all', not '0'
            surge=1000    ~ surge is a number from 1 to 999, or 'all', not '1000'
            surge=-1      ~ surge is a number from 1 to 999, or 'all', not '-1'
            exclusive=yes ~ exclusive is 'on' or 'off', not 'yes'
            surge         ~ 'surge' is no setting of a process type; there are surge=K|all, exclusive=on|off
            =x            ~ '=x' is no setting of a process type
            colour=red    ~ 'colour=red' is no setting of a process type; there are surge=K|all
            """)
    void saysWhatIsAllowed(String word, String message) {
        assertThatThrownBy(() -> TypeKey.change(word).apply(TypeSettings.DEFAULT))
                .isInstanceOf(Refusal.class)
                .hasMessageStartingWith(message)
                .extracting(problem -> ((Refusal) problem).exitCode())
                .isEqualTo(Refusal.USAGE);
    }
}
