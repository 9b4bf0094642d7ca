package dev.tinyserv.agent.ssh;

import dev.tinyserv.agent.AgentSettings;
import dev.tinyserv.agent.command.Call;
import dev.tinyserv.agent.keys.AuthorizedKeys;
import dev.tinyserv.agent.keys.SshKeygen;
import dev.tinyserv.fixtures.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A server on a port of its own, with keys, and the machine's own ssh to talk to it. */
final class RunningServer implements AutoCloseable {
    final Path root;
    final Path keyFolder;
    final SshKeygen keygen;
    final AgentSettings settings;
    final SshServer server;

    RunningServer(Path folder, Call.Handler handler, Map<String, String> settings) {
        this(folder, handler, settings, Duration.ofSeconds(30));
    }

    RunningServer(Path folder, Call.Handler handler, Map<String, String> extra, Duration heartbeat) {
        this(folder, handler, extra, heartbeat, KeyWatch.INTERVAL);
    }

    RunningServer(Path folder, Call.Handler handler, Map<String, String> extra, Duration heartbeat, Duration look) {
        try {
            root = Files.createDirectories(folder.resolve("root"));
            keyFolder = Files.createDirectories(folder.resolve("keys"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        keygen = new SshKeygen(keyFolder);
        settings = settings(root, extra);
        server = new SshServer(
                settings.ssh(), new AuthorizedKeys(settings.layout().authorizedKeys()), handler, heartbeat, look);
        server.start();
    }

    static AgentSettings settings(Path root, Map<String, String> extra) {
        Map<String, String> environment = new HashMap<>();
        environment.put("TINYSERV_ROOT", root.toString());
        environment.put("TINYSERV_BIND", "127.0.0.1");
        environment.put("TINYSERV_SSH_PORT", Integer.toString(Ports.one()));
        environment.put("TINYSERV_INSTANCE_PORTS", Ports.shared().instanceRange());
        environment.putAll(extra);
        return AgentSettings.load(environment);
    }

    /** Makes a key that may log in. */
    Path key(String name, String options) {
        Path key = keygen.ed25519(name);
        authorize(options + SshKeygen.publicKey(key));
        return key;
    }

    void authorize(String line) {
        try {
            Files.writeString(
                    settings.layout().authorizedKeys(),
                    line + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The command line of the machine's ssh with this key, untouched by anybody's configuration. */
    List<String> ssh(Path key, String... more) {
        List<String> command = new ArrayList<>(List.of(
                "ssh",
                "-F",
                "/dev/null",
                "-p",
                Integer.toString(server.port()),
                "-i",
                key.toString(),
                "-o",
                "IdentitiesOnly=yes",
                "-o",
                "IdentityAgent=none",
                "-o",
                "BatchMode=yes",
                "-o",
                "LogLevel=ERROR",
                "-o",
                "StrictHostKeyChecking=accept-new",
                "-o",
                "UserKnownHostsFile=" + keyFolder.resolve("known_hosts")));
        command.addAll(List.of(more));
        return command;
    }

    @Override
    public void close() {
        server.stop();
    }
}
