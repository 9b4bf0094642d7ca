package dev.tinyserv.agent.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.agent.AgentSettings;
import dev.tinyserv.agent.app.Account;
import dev.tinyserv.agent.keys.AuthorizedKeys;
import dev.tinyserv.buildpacks.process.Cancellation;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandsTest {
    @TempDir
    Path root;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int handle(InputStream in, OutputStream output, String... arguments) {
        Map<String, String> environment = Map.of("TINYSERV_ROOT", root.toString());
        AgentSettings settings = AgentSettings.load(environment);
        return new Commands(
                        settings.view(environment),
                        new AuthorizedKeys(settings.layout().authorizedKeys()),
                        Optional.empty())
                .handle(new Call(
                        new Caller(Account.admin("ada")),
                        List.of(arguments),
                        Map.of(),
                        in,
                        output,
                        err,
                        Optional.empty(),
                        new Cancellation()));
    }

    private String told() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aCallerWhoHasLeftIsToldNothing() {
        OutputStream closed = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        assertThat(handle(InputStream.nullInputStream(), closed, "settings")).isEqualTo(1);
        assertThat(told()).isEmpty();
    }

    @Test
    void troubleWithADiskIsTold() {
        InputStream broken = new InputStream() {
            @Override
            public int read() {
                throw new UncheckedIOException("cannot list /srv/apps", new IOException("Input/output error"));
            }

            @Override
            public int read(byte[] into, int from, int length) {
                return read();
            }
        };
        assertThat(handle(broken, out, "keys:add", "ada")).isEqualTo(1);
        assertThat(told())
                .isEqualTo(
                        " !     cannot list /srv/apps (Input/output error); logs/agent.log on the server tells more\n");
    }

    @Test
    void aCallOfAnotherFormIsRefused() {
        for (String schema : List.of("\"schema\": 2, ", "\"schema\": 0, ", "")) {
            err.reset();
            String header = "{" + schema + "\"arguments\": [\"settings\"]}\n";
            assertThat(handle(new ByteArrayInputStream(header.getBytes(StandardCharsets.UTF_8)), out, "call"))
                    .isEqualTo(2);
            assertThat(told())
                    .startsWith(" !     the call has the form ")
                    .contains(", and this server reads 1: use the");
        }
        byte[] good = "{\"schema\": 1, \"arguments\": [\"settings\"]}\n".getBytes(StandardCharsets.UTF_8);
        assertThat(handle(new ByteArrayInputStream(good), out, "call")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("TINYSERV_ROOT");
    }
}
