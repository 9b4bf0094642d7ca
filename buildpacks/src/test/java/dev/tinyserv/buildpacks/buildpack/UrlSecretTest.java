package dev.tinyserv.buildpacks.buildpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.buildpacks.base.Refusal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UrlSecretTest {
    @ParameterizedTest
    @CsvSource({
        "https://ada:s3cret@host/x, https://host/x",
        "https://s3cret@host/x, https://host/x",
        "https://ada%3as3cret@host/x, https://host/x",
        "https://ada%3As3cret%40host/x, https://host/x",
        "https://ada:s3@cret@host:8443/x, https://host:8443/x",
        "ssh://ada:s3cret@host/x, ssh://ada@host/x",
        "ssh://ada%3as3cret@host/x, ssh://ada@host/x",
        "ssh://ada%3As3c%2fret@host:22/x, ssh://ada@host:22/x",
        "ssh://ada%3as3cret%40host/x, ssh://ada@host/x",
        "ssh://a%64a%3as3@cret@host/x, ssh://a%64a@host/x",
        "ssh://:s3cret@host/x, ssh://@host/x",
        "git+ssh://ada:s3cret@host/x, git+ssh://ada@host/x",
        "ssh+git://ada%3as3cret@host/x, ssh+git://ada@host/x",
        "git+https://s3cret@host/x, git+https://host/x",
        "ada:s3cret@host:x, ada@host:x",
        "ada%3as3cret@host:x, ada@host:x",
    })
    void isTakenOutOfEveryForm(String url, String without) {
        assertThat(UrlSecret.removedFrom(url)).isEqualTo(without);
        assertThat(UrlSecret.isIn(url)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://host/x",
                "https://host:8443/x@v1",
                "https://host/a:b@c",
                "ssh://ada@host/x",
                "ssh://a%64a@host:22/x",
                "ssh://[::1]:22/x@y",
                "ssh://host:22/x:y@z",
                "git@host:x/y.git",
                "git@host:x@y:z",
                "host:x/y@z:1",
                "/srv/a:b@c",
                "",
            })
    void whatHoldsNoneStays(String url) {
        assertThat(UrlSecret.removedFrom(url)).isEqualTo(url);
        assertThat(UrlSecret.isIn(url)).isFalse();
    }

    @Test
    void aBuildpackOfNoKnownFormIsNamedWithoutIt() {
        Buildpacks buildpacks = new Buildpacks(List.of());

        for (String url :
                List.of("git+ssh://ada:s3cret@host/x", "ada%3as3cret@host:x", "ssh://ada%3as3cret%40host/x")) {
            assertThatThrownBy(() -> buildpacks.named(url))
                    .isInstanceOf(Refusal.class)
                    .hasMessageContaining("host")
                    .hasMessageNotContaining("s3cret");
        }
    }
}
