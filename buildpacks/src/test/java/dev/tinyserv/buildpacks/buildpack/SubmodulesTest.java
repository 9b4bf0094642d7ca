package dev.tinyserv.buildpacks.buildpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.buildpack.classic.GitHttpServer;
import dev.tinyserv.buildpacks.process.Command;
import dev.tinyserv.buildpacks.runtime.Runtimes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
class SubmodulesTest {
    private static final String PASSWORD = "p@ss-w0rd%";
    private static final String ESCAPED = "p%40ss-w0rd%25";

    @TempDir
    private Path folder;

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private Path app;
    private String commit;

    @BeforeEach
    void aRepository() throws IOException {
        for (String name : List.of("app/sub", "cache", "temp", "www/sub")) {
            Files.createDirectories(folder.resolve(name));
        }
        app = folder.resolve("app");
        Path sub = folder.resolve("www/sub");
        Files.writeString(sub.resolve("file"), "content");
        git(sub, "init", "-q", "-b", "main");
        git(sub, "add", "-A");
        git(sub, "-c", "user.name=T", "-c", "user.email=t@example.com", "commit", "-q", "-m", "One");
        commit = git(sub, "rev-parse", "HEAD");
        git(folder, "clone", "-q", "--bare", sub.toString(), "www/sub.git");
    }

    private String git(Path where, String... arguments) {
        List<String> all = new java.util.ArrayList<>(List.of("git"));
        all.addAll(List.of(arguments));
        return Command.of(all)
                .in(where)
                .environment(Map.of("PATH", "/usr/local/bin:/usr/bin:/bin", "HOME", folder.toString()))
                .collect()
                .text();
    }

    private void fill(String url) throws IOException {
        Files.writeString(app.resolve(".gitmodules"), "[submodule \"s\"]\n\tpath = sub\n\turl = \"" + url + "\"\n");
        Map<String, String> environment = Map.of(
                "PATH",
                "/usr/local/bin:/usr/bin:/bin",
                "HOME",
                folder.resolve("temp").toString());
        Build build = TestBuild.in(folder, environment, Map.of(), new Runtimes(environment), lines::add);
        new Submodules(build).fill(app, Map.of("sub", commit));
    }

    @Test
    void aPasswordInAUrlIsUsedAndStandsInNoArgumentListAndInNoMessage() throws IOException {
        try (GitHttpServer server = new GitHttpServer(folder.resolve("www")).requiring("ada", PASSWORD)) {
            fill(server.url("sub.git").replace("http://", "http://ada:" + ESCAPED + "@"));

            assertThat(app.resolve("sub/file")).hasContent("content");
            assertThat(server.argumentsSeen())
                    .isNotEmpty()
                    .noneMatch(arguments -> arguments.contains(PASSWORD) || arguments.contains(ESCAPED));

            commit = "0123456789012345678901234567890123456789";
            assertThatThrownBy(() -> fill(server.url("gone.git").replace("http://", "http://ada:" + ESCAPED + "@")))
                    .isInstanceOf(Refusal.class)
                    .hasMessageStartingWith("the submodule sub cannot be fetched from http://127.0.0.1")
                    .hasMessageContaining(": fatal: repository 'http://127.0.0.1")
                    .hasMessageContaining("`apps:deploy-key`")
                    .hasMessageNotContaining("w0rd");
            assertThatThrownBy(() -> fill(server.url("sub.git").replace("http://", "http://ada:wr0ng@")))
                    .isInstanceOf(Refusal.class)
                    .hasMessageContaining("fatal: ")
                    .hasMessageNotContaining("wr0ng");
            assertThat(lines).noneMatch(line -> line.contains("w0rd") || line.contains("wr0ng"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-o@host:x",
                "--upload-pack=x@host:x",
                "a@-oProxyCommand=x:y",
                "a@host:-x",
                "ssh://-oProxyCommand=x/y",
                "ssh://a@-oProxyCommand=x/y",
                "ssh://-a@host/y",
                "ssh://%2doProxyCommand=x@host/y",
                "ssh://%2DoProxyCommand=x@host/y",
                "ssh://_a@host/y",
                "ssh://:a@host/y",
                "ssh://a%0a@host/y",
                "ssh://a%7f@host/y",
                "ssh://a%@host/y",
                "ssh://a@%2doProxyCommand=x/y",
                "ssh://%2doProxyCommand=x/y",
                "ssh://a@host%40-x/y",
                "ssh://a@-x@host/y",
                "https://-x/y",
                "https://",
                "ssh://[-x]/y",
                "-u",
                "ext::sh -c x"
            })
    void whatGitOrSshCouldTakeForAnOptionIsRefused(String url) {
        assertThatThrownBy(() -> fill(url))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("expected https://…, ssh://… or user@host:…");
    }

    @Test
    void whatABuildHasWrittenForGitIsNotObeyed() throws IOException {
        try (GitHttpServer server = new GitHttpServer(folder.resolve("www"))) {
            fill(server.url("sub.git"));
            Path touched = folder.resolve("touched");
            HostileRepository.plantIn(folder.resolve("cache/submodules"), touched);
            Files.delete(app.resolve("sub/file"));
            fill(server.url("sub.git"));

            assertThat(touched).doesNotExist();
            assertThat(app.resolve("sub/file")).hasContent("content");
        }
    }
}
