package dev.tinyserv.agent.git;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FetchTest {
    @TempDir
    Path folder;

    Server server;
    Git git;

    @BeforeEach
    void serve() throws IOException {
        server = new Server(folder, Map.of());
        git = Git.init(server, folder.resolve("work"));
        git.commit("a", "1");
        git.commit("b", "2");
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void pushCloneFetchAndListWorkWithEveryProtocol(int version) throws IOException {
        String protocol = "protocol.version=" + version;
        git.run("-c", protocol, "push", "origin", "main").ok();
        Git copy = Git.clone(server, folder.resolve("copy"), "-c", protocol);
        assertThat(copy.folder.resolve("a")).hasContent("1");
        String commit = git.commit("c", "3");
        git.run("-c", protocol, "push", "origin", "main", "main:other").ok();
        copy.run("-c", protocol, "pull", "-q").ok();
        assertThat(copy.head()).isEqualTo(commit);
        assertThat(copy.run("-c", protocol, "ls-remote", "origin").ok().output())
                .contains(commit + "\tHEAD", commit + "\trefs/heads/main", commit + "\trefs/heads/other");
    }

    @Test
    void anEmptyRepositoryAndPartsOfAFullOneCanBeCloned() throws IOException {
        Git.clone(server, folder.resolve("empty"));
        git.run("push", "origin", "main").ok();
        Git shallow = Git.clone(server, folder.resolve("shallow"), "--depth", "1");
        assertThat(shallow.run("rev-list", "--count", "HEAD").output().strip()).isEqualTo("1");
        Git partial = Git.clone(server, folder.resolve("partial"), "--filter=blob:none", "--no-checkout");
        assertThat(partial.run("rev-list", "--count", "HEAD").output().strip()).isEqualTo("2");
    }

    @Test
    void theConfigurationOfWhoRunsUsChangesNothing() throws IOException {
        assertThat(Files.readString(server.repository().resolve("HEAD"))).isEqualTo("ref: refs/heads/main\n");
        JGitSetUp.once();
        assertThat(SystemReader.getInstance().getenv("HOME")).isNull();
        assertThat(FS.FileStoreAttributes.get(folder).getFsTimestampResolution())
                .isEqualTo(Duration.ofMillis(100));
    }
}
