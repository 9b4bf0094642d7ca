package dev.tinyserv.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.agent.app.Account;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.app.ConfigVars;
import dev.tinyserv.agent.command.Call;
import dev.tinyserv.agent.command.Caller;
import dev.tinyserv.agent.command.Commands;
import dev.tinyserv.agent.command.Services;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.doctor.Doctor;
import dev.tinyserv.agent.doctor.Patient;
import dev.tinyserv.agent.keys.AuthorizedKeys;
import dev.tinyserv.agent.machine.Kernel;
import dev.tinyserv.agent.release.Change;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.agent.release.Releases;
import dev.tinyserv.agent.store.Apps;
import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.buildpacks.process.Cancellation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent starts where files of an app are damaged. */
class StagesTest {
    private static final AppState SHOP = new AppState(new AppName("shop"), 5000, true, Instant.EPOCH, "ada");

    @TempDir
    Path root;

    private AgentSettings settings;
    private Layout layout;

    @BeforeEach
    void createApp() {
        settings = AgentSettings.load(Map.of("TINYSERV_ROOT", root.toString()));
        layout = settings.layout();
        new Installation(root, layout).createFolders();
        JsonStore store = new JsonStore();
        new Apps(layout, store).put(SHOP);
        Releases releases = new Releases(layout, store, Clock.systemUTC());
        releases.createInitial(SHOP, "ada");
        Change change = new Change(Release.Cause.CONFIG, "Set A", "ada", null, new ConfigVars(Map.of("A", "1")));
        releases.commit(SHOP, releases.begin(SHOP, change));
    }

    private Optional<AppState> takenBack() {
        try (Stages stages = new Stages(settings, Clock.systemUTC())) {
            stages.recover();
            return stages.apps().find(SHOP.app());
        }
    }

    @Test
    void anAppOfWhichTheStateAndTheFileOfTheCurrentReleaseAreDamagedIsTakenBack() throws IOException {
        Files.writeString(layout.app(SHOP.app()), "");
        Files.writeString(layout.currentRelease(SHOP.app()), "");

        assertThat(takenBack()).map(AppState::port).contains(5000);
        assertThat(new Releases(layout, new JsonStore(), Clock.systemUTC()).current(SHOP.app()))
                .extracting(Release::name)
                .isEqualTo("v2");
    }

    private String answerOf(String... verb) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        AuthorizedKeys keys = new AuthorizedKeys(layout.authorizedKeys());
        Clock clock = Clock.systemUTC();
        Doctor doctor = new Doctor(new Patient(
                settings.view(Map.of()), Map.of(), null, keys, Kernel.ofThisMachine(), clock, Optional.empty(), true));
        try (Stages stages = new Stages(settings, clock)) {
            stages.recover();
            Services services = stages.services(
                    () -> {
                        throw new IllegalStateException("nobody asks for it");
                    },
                    doctor,
                    () -> {});
            Call call = new Call(
                    new Caller(Account.admin("ada")),
                    List.of(verb),
                    Map.of(),
                    InputStream.nullInputStream(),
                    out,
                    out,
                    Optional.empty(),
                    new Cancellation());
            assertThat(new Commands(settings.view(Map.of()), keys, Optional.of(services)).handle(call))
                    .isZero();
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void anAppWhoseFileMayNotBeReadIsListedAsDamagedWithTheFile() throws IOException {
        Path file = layout.app(SHOP.app());
        Files.delete(file);
        Files.createSymbolicLink(file, file); // nobody, not even root, can read it

        assertThat(answerOf("apps")).containsPattern("^shop +damaged +\\? +cannot read " + file);
        assertThat(answerOf("apps", "--json"))
                .contains("\"name\" : \"shop\"", "\"port\" : null", "\"problem\" : \"cannot read " + file);
        assertThat(answerOf("disk")).contains("shop");
    }

    @Test
    void anAppWhoseReleaseCannotBeReadIsListedAsDamagedWithTheFile() throws IOException {
        Path file = layout.currentRelease(SHOP.app());
        Files.writeString(file, "");
        Files.writeString(layout.release(SHOP.app(), 2), "");

        assertThat(answerOf("apps")).containsPattern("^shop +damaged +\\? +http://.*:5000 · " + file);
    }

    @Test
    void anAppOfWhichTheNewestReleaseIsDamagedTooIsNotTakenBackAsAnOlderOne() throws IOException {
        Files.writeString(layout.app(SHOP.app()), "");
        Files.delete(layout.currentRelease(SHOP.app()));
        Files.writeString(layout.release(SHOP.app(), 2), "");

        assertThat(takenBack()).isEmpty();
    }
}
