package dev.tinyserv.agent.build;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.store.DurableFile;
import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.agent.store.OwnFile;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Command;
import dev.tinyserv.buildpacks.process.CommandFailed;
import dev.tinyserv.buildpacks.process.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The SSH keys of apps, with which their builds fetch private sources: {@code deploy-keys/APP}. A key is made when it
 * is first asked for. The key of a host is believed the first time, and must be the same from then on. Safe for several
 * threads.
 */
public final class DeployKeys {
    private static final String PATH = "/usr/local/bin:/usr/bin:/bin";

    private final Layout layout;
    private final AppLocks locks = new AppLocks();

    /** How often an app's hosts were forgotten; an app's count is changed and read only with the app's lock held. */
    private final Map<AppName, Integer> forgotten = new ConcurrentHashMap<>();

    DeployKeys(Layout layout) {
        this.layout = layout;
    }

    /**
     * The public half of the app's key, as a line for {@code authorized_keys}.
     *
     * @throws Refusal if there is no key and none can be made, or it cannot be read
     */
    public String publicKey(AppName app) {
        Path key = layout.deployKey(app);
        Path half = publicHalf(key);
        try {
            synchronized (locks.of(app)) {
                if (!Files.exists(half)) {
                    make(app, key);
                }
            }
            return Files.readString(half, StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new Refusal("cannot make or read " + half + ": " + JsonStore.reason(e), e);
        }
    }

    /**
     * Deletes the key, so that another is made, and the known keys of hosts, so that these are believed once more.
     *
     * @throws Refusal if one cannot be deleted
     */
    public void forget(AppName app) {
        Path key = layout.deployKey(app);
        try {
            synchronized (locks.of(app)) {
                forgotten.merge(app, 1, Integer::sum);
                Files.deleteIfExists(publicHalf(key));
                Files.deleteIfExists(key);
                forgetHosts(app);
            }
        } catch (IOException e) {
            throw new Refusal("cannot delete " + key + ": " + JsonStore.reason(e), e);
        }
    }

    /**
     * Leaves an empty file where the version before knew hosts for all apps together: without a file of its own, the
     * app would use that one.
     */
    private void forgetHosts(AppName app) throws IOException {
        if (Files.exists(former())) {
            DurableFile.write(layout.knownHosts(app), new byte[0]);
        } else {
            Files.deleteIfExists(layout.knownHosts(app));
        }
    }

    private Path former() {
        return layout.deployKeys().resolve(".known_hosts");
    }

    /**
     * Lends the app's key to one of its builds. What the build learns of hosts is kept, unless these are forgotten
     * meanwhile.
     *
     * @param temporary the build's folder for temporary files
     * @param path the PATH on which ssh, scp and sftp are looked for
     */
    LentKey lend(AppName app, Path temporary, String path) throws IOException {
        Map<String, Path> programs = new TreeMap<>();
        for (String name : List.of("ssh", "scp", "sftp")) {
            Program.find(name, Map.of("PATH", path)).ifPresent(program -> programs.put(name, program));
        }
        synchronized (locks.of(app)) {
            int before = forgotten.getOrDefault(app, 0);
            Path own = layout.knownHosts(app);
            return LentKey.in(
                    temporary.resolve(".tinyserv-ssh"),
                    layout.deployKey(app),
                    Files.exists(own) ? own : former(),
                    programs,
                    learnt -> takeBack(app, before, learnt));
        }
    }

    private void takeBack(AppName app, int before, byte[] learnt) throws IOException {
        Path hosts = layout.knownHosts(app);
        synchronized (locks.of(app)) {
            boolean same = Files.exists(hosts) && Arrays.equals(learnt, Files.readAllBytes(hosts));
            if (!same && forgotten.getOrDefault(app, 0) == before) {
                createFolder();
                DurableFile.write(hosts, learnt);
            }
        }
    }

    private void createFolder() throws IOException {
        Files.createDirectories(layout.deployKeys(), OwnFile.FOLDER_MODE);
    }

    private void make(AppName app, Path key) throws IOException {
        Map<String, String> environment = Map.of("PATH", PATH);
        if (Program.find("ssh-keygen", environment).isEmpty()) {
            throw new Refusal("ssh-keygen is not installed on the server; on Debian: apt-get install openssh-client");
        }
        createFolder();
        Files.deleteIfExists(key); // left by an attempt that was cut off: nobody has seen its public half
        Files.deleteIfExists(publicHalf(key)); // a link that leads nowhere yet would be written through
        try {
            Command.of("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "tinyserv-" + app, "-f", key.toString())
                    .environment(environment)
                    .collect();
        } catch (CommandFailed e) {
            throw new Refusal("no key could be made for " + app + ": " + e.getMessage(), e);
        }
    }

    private static Path publicHalf(Path key) {
        return key.resolveSibling(key.getFileName() + ".pub");
    }
}
