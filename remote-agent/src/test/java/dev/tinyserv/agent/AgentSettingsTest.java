package dev.tinyserv.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.agent.config.PortRange;
import dev.tinyserv.agent.config.SettingInUse;
import dev.tinyserv.buildpacks.base.Refusal;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgentSettingsTest {
    /** Where everything lies, and what is reserved. */
    private static final Set<String> PARTLESS = Set.of("TINYSERV_ROOT", "TINYSERV_HTTP_PORT", "TINYSERV_HTTPS_PORT");

    @TempDir
    private Path root;

    private AgentSettings load(String... pairs) {
        Map<String, String> environment = new HashMap<>(Map.of("TINYSERV_ROOT", root.toString()));
        for (int i = 0; i < pairs.length; i += 2) {
            environment.put(pairs[i], pairs[i + 1]);
        }
        return AgentSettings.load(environment);
    }

    @Test
    void worksForAFirstTryWithTheRootAlone() {
        AgentSettings settings = load();

        assertThat(settings.server().startPort()).isEqualTo(5000);
        assertThat(settings.server().sshPort()).isEqualTo(2222);
        assertThat(settings.server().instancePorts()).isEqualTo(new PortRange(20000, 29999));
        assertThat(settings.log().logBytes()).isEqualTo(10 << 20);
        assertThat(settings.build().buildTimeout()).isEqualTo(Duration.ofMinutes(15));
    }

    /** Else two settings of one kind could take each other's place, and nothing would say so. */
    @Test
    void eachSettingIsThePartOfItsGroupThatHasItsName() {
        Map<String, Object> before = parts(load());
        for (SettingInUse setting : AgentSettings.defaults()) {
            if (!PARTLESS.contains(setting.name())) {
                assertThat(changedParts(setting.name(), before))
                        .as(setting.name())
                        .containsExactly(partOf(setting.name()));
            }
        }
    }

    private static String partOf(String setting) {
        String name = setting.replace("TINYSERV_", "").replaceAll("_(SIZE|MEMORY|PACK|OBJECT|CHECKOUT)$", "_$1_BYTES");
        return name.replace("SIZE_BYTES", "BYTES")
                .replace("TRUSTED_", "")
                .replace("_", "")
                .toLowerCase(Locale.ROOT);
    }

    private Set<String> changedParts(String setting, Map<String, Object> before) {
        for (String text : List.of("3", "3s", "70m", "192.0.2.1", "21000-21999", "debug")) {
            try {
                Map<String, Object> after = parts(load(setting, text));
                after.entrySet().removeAll(before.entrySet());
                return after.keySet();
            } catch (Refusal e) {
                assertThat(e).hasMessageContaining("expected");
            }
        }
        throw new AssertionError("no text is good for " + setting);
    }

    /** What the groups hold, by name in lower case; what one has of another is there once. */
    private static Map<String, Object> parts(AgentSettings settings) {
        Map<String, Object> parts = new HashMap<>();
        for (Object group : List.of(
                settings.server(),
                settings.log(),
                settings.build(),
                settings.deploy(),
                settings.router(),
                settings.git(),
                settings.ssh())) {
            for (RecordComponent part : group.getClass().getRecordComponents()) {
                if (!part.getType().getName().endsWith("Settings")) {
                    parts.put(part.getName().toLowerCase(Locale.ROOT), valueOf(part, group));
                }
            }
        }
        return parts;
    }

    private static Object valueOf(RecordComponent part, Object group) {
        try {
            return part.getAccessor().invoke(group);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(part.getName(), e);
        }
    }

    @Test
    void theEnvironmentWinsOverTheFileAndEachSaysWhereItCameFrom() throws IOException {
        Files.writeString(
                root.resolve("settings.properties"),
                "TINYSERV_SSH_PORT = 2022\nTINYSERV_START_PORT=6000\n# a comment\n");

        AgentSettings settings = load("TINYSERV_START_PORT", "7000");

        assertThat(settings.server().sshPort()).isEqualTo(2022);
        assertThat(settings.server().startPort()).isEqualTo(7000);
        assertThat(settings.reading().settings())
                .filteredOn(shown -> !shown.source().equals("default"))
                .extracting(SettingInUse::name, SettingInUse::source)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("TINYSERV_ROOT", "environment"),
                        org.assertj.core.groups.Tuple.tuple("TINYSERV_START_PORT", "environment"),
                        org.assertj.core.groups.Tuple.tuple(
                                "TINYSERV_SSH_PORT",
                                root.resolve("settings.properties").toString()));
    }

    @Test
    void aByteOrderMarkIsSkippedAndWhatIsNoUtf8IsNamed() throws IOException {
        Path file = root.resolve("settings.properties");
        Files.writeString(file, "\uFEFFTINYSERV_SSH_PORT=2022\r\nTINYSERV_START_PORT=6000\r\n");
        assertThat(load().server().sshPort()).isEqualTo(2022);
        assertThat(load().server().startPort()).isEqualTo(6000);
        Files.write(file, "\uFEFFTINYSERV_SSH_PORT=2022\r\n".getBytes(StandardCharsets.UTF_16LE));
        assertThatThrownBy(this::load).hasMessageContaining(file + " is UTF-16; save it as UTF-8");
        Files.write(file, "TINYSERV_BIND=\u00fc\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(this::load).hasMessageContaining(file + " line 1 is not valid UTF-8");
        Files.writeString(file, "#".repeat(300 * 1024));
        assertThatThrownBy(this::load).hasMessageContaining("more than the 262144 bytes that it may have");
    }

    @Test
    void reportsAllBadSettingsTogether() throws IOException {
        Files.writeString(
                root.resolve("settings.properties"),
                "TINYSERV_LOG_SIZE=big\nTINYSERV_TYPO=1\nTINYSERV_BIND=a\nTINYSERV_BIND=b\n");

        assertThatThrownBy(() -> load("TINYSERV_SSH_PORT", "99999", "TINYSERV_STOP_TIMEOUT", "soon"))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("TINYSERV_SSH_PORT=99999 (environment): expected a port from 1 to 65535")
                .hasMessageContaining("TINYSERV_STOP_TIMEOUT=soon (environment): expected a time such as")
                .hasMessageContaining("TINYSERV_LOG_SIZE=big (" + root.resolve("settings.properties") + ")")
                .hasMessageContaining("TINYSERV_TYPO")
                .hasMessageContaining("TINYSERV_BIND stands more than once");
    }

    @Test
    void checksWhatIsAnAddress() {
        for (String good :
                List.of("127.0.0.1", "0.0.0.0", "255.255.255.255", "::1", "fe80::1", "localhost", "a.example")) {
            assertThat(load("TINYSERV_BIND", good).server().bind().text()).isEqualTo(good);
        }
        for (String bad : List.of(
                "300.1.1.1", "1.2.3", "1.2.3.4.", "a b", "::g", "::%lo", "0::0%1", "-x", "x/y", "a".repeat(300))) {
            assertThatThrownBy(() -> load("TINYSERV_BIND", bad))
                    .hasMessageContaining("TINYSERV_BIND=" + bad + " (environment): expected an address such as");
        }
        assertThat(load("TINYSERV_HOST", "").server().host()).isEmpty();
        assertThatThrownBy(() -> load("TINYSERV_HOST", "a b")).hasMessageContaining("TINYSERV_HOST=a b");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/srv/a\nb", "/srv/\u001b[2J", "/srv/a\tb", "/srv/\u009b1m", "/srv/\u202ea", "/srv/a ", "/srv\n"
            })
    void refusesARootThatAScriptOrATerminalWouldMisread(String root) {
        assertThatThrownBy(() -> AgentSettings.load(Map.of("TINYSERV_ROOT", root)))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("without control characters")
                .message()
                .doesNotContainPattern("[\\p{Cntrl}\u202e&&[^\t]]");
    }

    @Test
    void refusesPortsThatWouldMeet() {
        assertThatThrownBy(() -> load("TINYSERV_START_PORT", "20005"))
                .hasMessageContaining("TINYSERV_START_PORT=20005 lies in TINYSERV_INSTANCE_PORTS");
        assertThatThrownBy(() -> load("TINYSERV_SSH_PORT", "20005", "TINYSERV_LOG_SIZE", "1k"))
                .hasMessageContaining("TINYSERV_SSH_PORT=20005 lies in TINYSERV_INSTANCE_PORTS")
                .hasMessageContaining("TINYSERV_LOG_SIZE=1k (environment): expected at least 64k");
    }

    @Test
    void saysHowToNameTheRootWhenItIsMissing() {
        assertThatThrownBy(() -> AgentSettings.load(Map.of())).hasMessageContaining("export TINYSERV_ROOT=");
    }

    @Test
    void writesUrlsWithTheNameThatTheClientUsedUnlessAHostIsSet() {
        assertThat(load().server().urlOf(5000, "192.0.2.1")).isEqualTo("http://192.0.2.1:5000");
        assertThat(load().server().urlOf(5000, "2001:db8::1")).isEqualTo("http://[2001:db8::1]:5000");
        assertThat(load().server().urlOf(5000, "localhost")).isEqualTo("http://localhost:5000");
        assertThat(load("TINYSERV_BIND", "*").server().urlOf(5000, "localhost")).isEqualTo("http://localhost:5000");
        assertThat(load("TINYSERV_BIND", "0.0.0.0").server().urlOf(5000, "localhost"))
                .isEqualTo("http://localhost:5000");
        assertThat(load("TINYSERV_BIND", "192.0.2.7").server().urlOf(5000, "localhost"))
                .isEqualTo("http://192.0.2.7:5000");
        assertThat(load("TINYSERV_BIND", "192.0.2.7").server().urlOf(5000, "server.example"))
                .isEqualTo("http://server.example:5000");
        assertThat(load("TINYSERV_HOST", "apps.example.org").server().urlOf(5000, "192.0.2.1"))
                .isEqualTo("http://apps.example.org:5000");
    }
}
