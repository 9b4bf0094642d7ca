package dev.tinyserv.buildpacks.buildpack.classic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.buildpacks.base.Refusal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocationTest {
    @ParameterizedTest
    @CsvSource({
        "https://example.com/a/b.git, https://example.com/a/b.git, HEAD",
        "https://example.com/a/b#v1.2, https://example.com/a/b, v1.2",
        "ssh://git@example.com:22/a#feature/x, ssh://git@example.com:22/a, feature/x",
        "git@example.com:a/b.git, git@example.com:a/b.git, HEAD",
        "ssh://a%40example.org@example.com/a%20b, ssh://a%40example.org@example.com/a%20b, HEAD",
        "ssh://git@[::1]:22/a, ssh://git@[::1]:22/a, HEAD",
        "/srv/buildpacks/ours, /srv/buildpacks/ours, HEAD",
    })
    void isAUrlOrAFolder(String text, String place, String ref) {
        Location location = Location.parse(text).orElseThrow();
        assertThat(location).isEqualTo(new Location(place, ref));
        assertThat(location).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "node",
                "file:///etc",
                "ext::sh -c reboot",
                "--upload-pack=x",
                "../pack",
                "ftp://x/y",
                "https://exam ple.com",
                "-oProxyCommand=x@y:z",
                "-o@h:x",
                "-o@h:x#repo",
                "a@-h:x",
                "a@h:-x",
                "ssh://-oProxyCommand=x/y",
                "ssh://a@-h/y",
                "ssh://%2doProxyCommand=x@h/y",
                "https://-h/x"
            })
    void anythingElseIsNone(String text) {
        assertThat(Location.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"https://x/y#", "https://x/y#-f", "https://x/y#a..b", "https://x/y#a b", "/srv/x#$(reboot)"})
    void aRefThatIsNoneIsRefused(String text) {
        assertThatThrownBy(() -> Location.parse(text))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("names no branch, tag or commit");
    }

    @Test
    void passwordsAndLongTextsAreRefused() {
        assertThatThrownBy(() -> Location.parse("https://me:s3cret@example.com/x"))
                .isInstanceOf(Refusal.class)
                .hasMessageNotContaining("s3cret");
        assertThatThrownBy(() -> Location.parse("https://s3cret@example.com/x#main"))
                .isInstanceOf(Refusal.class)
                .hasMessageNotContaining("s3cret");
        assertThatThrownBy(() -> Location.parse("ssh://me%3as3cret@example.com/x"))
                .isInstanceOf(Refusal.class)
                .hasMessageNotContaining("s3cret");
        assertThatThrownBy(() -> Location.parse("https://me:s3cret@example.com/" + "x".repeat(600)))
                .isInstanceOf(Refusal.class)
                .hasMessageNotContaining("s3cret");
        assertThatThrownBy(() -> Location.parse("https://example.com/" + "x".repeat(600)))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("longer than 500 characters");
    }
}
