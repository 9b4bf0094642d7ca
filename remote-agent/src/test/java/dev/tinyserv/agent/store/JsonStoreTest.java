package dev.tinyserv.agent.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.agent.app.Affinity;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.buildpacks.base.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonStoreTest {
    private static final AppState SHOP =
            new AppState(new AppName("shop"), 5000, true, Instant.parse("2026-11-01T10:00:00.123456Z"), "ada");

    @TempDir
    private Path root;

    private final JsonStore store = new JsonStore();

    @Test
    void givesBackWhatWasWrittenAndKeepsItFromOthers() throws IOException {
        Path file = root.resolve("shop.json");
        store.write(file, SHOP);

        assertThat(store.read(file, AppState.class)).contains(SHOP);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(file)).contains("\"port\" : 5000").endsWith("}\n");
        try (Stream<Path> files = Files.list(root)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void anAppsAffinityIsLeftOutForItsDefault() throws IOException {
        Path file = root.resolve("shop.json");
        AppState sticky = SHOP.withAffinity(Affinity.COOKIE);

        assertThat(store.format(SHOP)).doesNotContain("affinity");
        assertThat(store.format(sticky)).contains("\"affinity\" : \"cookie\"");
        store.write(file, sticky);
        assertThat(store.read(file, AppState.class)).contains(sticky);
        Files.writeString(file, store.format(sticky).replace("cookie", "header"));
        assertThat(store.read(file, AppState.class))
                .as("a kind of a later version")
                .contains(SHOP);
    }

    @Test
    void readsWhatANewerVersionWroteWithMoreFields() throws IOException {
        Path file = root.resolve("shop.json");
        Files.writeString(file, store.format(SHOP).replaceFirst("\\{", "{ \"limits\": {\"memory\": 1},"));

        assertThat(store.read(file, AppState.class)).contains(SHOP);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "nonsense",
                "{\"app\":\"shop\",\"app\":\"blog\"}",
                "{\"app\":\"../x\"}",
                "{\"schema\":1,\"port\":1,\"up\":true}",
                "{\"app\":\"shop\",\"port\":\"x\",\"up\":true}",
                "{\"app\":\"shop\",\"port\":{},\"up\":true}",
                "{\"app\":\"shop\",\"port\":1,\"up\":true,\"createdAt\":\"now\"}",
                "{\"app\":[\"shop\"]}",
                "\0\0"
            })
    void namesADamagedFileAndWhatToDo(String content) throws IOException {
        Path file = root.resolve("shop.json");
        Files.writeString(file, content);

        assertThatThrownBy(() -> store.read(file, AppState.class))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining(file.toString())
                .message()
                .doesNotContain("`", "tinyserv.", "java.", "Cannot", "instance", "\u0000");
    }

    @Test
    void saysWhichPartOfADamagedFileIsWrong() throws IOException {
        Path file = Files.writeString(root.resolve("shop.json"), "{\"app\":\"shop\",\"port\":\"x\",\"up\":true}");

        assertThatThrownBy(() -> store.read(file, AppState.class))
                .hasMessageContaining("'port' is missing or of another");
        Files.writeString(file, "{\"app\":\"shop\",\"port\":5000,\"up\":true}");
        assertThatThrownBy(() -> store.read(file, AppState.class)).hasMessageContaining("'createdAt' is missing");
    }

    @Test
    void writesNothingIntoAFolderThatIsNotThere() {
        assertThatThrownBy(() -> store.write(root.resolve("gone/shop.json"), SHOP))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("gone/shop.json");
    }

    @Test
    void setsADamagedAppAsideAndLoadsTheRest() throws IOException {
        Layout layout = new Layout(root);
        Files.createDirectories(layout.apps());
        Apps before = new Apps(layout, store);
        before.put(SHOP);
        Files.writeString(layout.apps().resolve("blog.json"), "{ torn");
        Files.writeString(layout.apps().resolve("Not-A-Name.json"), "{}");
        Files.writeString(layout.apps().resolve("none.json"), "null");
        Files.copy(layout.app(SHOP.app()), layout.apps().resolve("copied.json"));

        Apps apps = new Apps(layout, store);

        assertThat(apps.all()).containsExactly(SHOP);
        assertThat(apps.ports()).containsExactly(5000);
        for (String damaged : List.of("blog", "Not-A-Name", "none", "copied")) {
            assertThat(layout.apps().resolve(damaged + ".json.damaged")).exists();
        }
        assertThatThrownBy(() -> apps.get(new AppName("blog"))).hasMessageContaining("no app 'blog'");
    }

    @Test
    void anAppWhoseFileMayNotBeReadKeepsIt() throws IOException {
        Layout layout = new Layout(root);
        Files.createDirectories(layout.apps());
        Path file = layout.app(SHOP.app());
        Files.createSymbolicLink(file, file); // nobody, not even root, can read it

        Apps apps = new Apps(layout, store);

        assertThat(file).isSymbolicLink();
        assertThat(apps.damaged()).isEmpty();
        assertThat(apps.unreadable()).containsExactly(SHOP.app());
        assertThat(apps.has(SHOP.app())).isTrue();
        assertThat(apps.all()).isEmpty();
        assertThat(apps.names()).containsExactly(SHOP.app());
        assertThatThrownBy(() -> apps.get(SHOP.app()))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("cannot read " + file)
                .hasMessageContaining("see its owner and mode");
    }
}
