package dev.tinyserv.agent.route.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SitePathTest {
    private static @Nullable SitePath parse(String target) {
        byte[] bytes = ("GET " + target).getBytes(StandardCharsets.ISO_8859_1);
        return SitePath.parse(bytes, 4, bytes.length);
    }

    @Test
    void decodesTheParts() {
        assertThat(parse("/")).isEqualTo(new SitePath(List.of(), true));
        assertThat(parse("/a%20b/%C3%BC.html?x=/../y")).isEqualTo(new SitePath(List.of("a b", "ü.html"), false));
        assertThat(parse("//a///b/")).isEqualTo(new SitePath(List.of("a", "b"), true));
        assertThat(parse("")).isEqualTo(new SitePath(List.of(), true));
        assertThat(parse("/.well-known/acme")).isEqualTo(new SitePath(List.of(".well-known", "acme"), false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/..",
                "/../../etc/passwd",
                "/a/%2e%2e/b",
                "/%2E%2E%2Fetc/passwd",
                "/a%2fb",
                "/.git/config",
                "/.env",
                "/a/.well-known",
                "/a%00.html",
                "/%0d%0aSet-Cookie:x",
                "/%7f",
                "/%c0%ae%c0%ae/",
                "/%ff",
                "/%",
                "/%2",
                "/%zz",
                "/./a"
            })
    void meansNoFile(String target) {
        assertThat(parse(target)).isNull();
    }

    @Test
    void aPartThatNoFileSystemTakesMeansNoFile() {
        assertThat(parse("/" + "a".repeat(256))).isNull();
        assertThat(parse("/" + "a".repeat(255))).isNotNull();
    }

    @Test
    void theFolderOfARedirectIsNeverAnotherHost() {
        SitePath path = parse("//evil.example/%22%3C%25");
        assertThat(path).isNotNull();
        assertThat(path == null ? "" : path.asFolder()).isEqualTo("/evil.example/%22%3C%25/");
    }
}
