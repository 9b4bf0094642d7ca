package dev.tinyserv.agent.git;

import dev.tinyserv.agent.store.DurableFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.StoredConfig;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;

/**
 * Writes a new, empty repository. Refs are files, because the git of Debian 12 cannot read reftables. The configuration
 * repeats for C git what the agent enforces. The hooks refuse pushes that bypass the agent, which would move the branch
 * and deploy nothing.
 */
final class BareRepository {
    private static final String REFUSING_HOOK = """
            #!/bin/sh
            echo "tinyserv deploys pushes that come through tinyserv: push to ssh://HOST:PORT/APP," >&2
            echo "or run: git config remote.NAME.receivepack 'tinyserv-remote git-receive-pack'" >&2
            exit 1
            """;

    private final GitSettings settings;

    BareRepository(GitSettings settings) {
        this.settings = settings;
    }

    void write(Path folder) throws IOException {
        try (Repository repository =
                new FileRepositoryBuilder().setGitDir(folder.toFile()).setBare().build()) {
            repository.create(true);
            configure(repository.getConfig());
            RefUpdate head = repository.updateRef(Constants.HEAD);
            head.disableRefLog();
            head.link(DeployBranch.MAIN);
        }
        writeHooks(folder.resolve("hooks"));
        syncTree(folder);
    }

    private void configure(StoredConfig config) throws IOException {
        config.setBoolean("core", null, "logAllRefUpdates", false);
        config.setBoolean("core", null, "fsyncRefFiles", true);
        config.setString("core", null, "fsync", "all");
        config.setBoolean("receive", null, "fsckObjects", true);
        config.setBoolean("receive", null, "autogc", false);
        config.setLong("receive", null, "maxInputSize", settings.maxPackBytes());
        config.setBoolean("uploadpack", null, "allowFilter", true);
        // the agent collects garbage itself, when nobody reads
        config.setInt("gc", null, "auto", 0);
        config.setString("gc", null, "pruneExpire", "now");
        config.setString("gc", null, "prunePackExpire", "now");
        config.setInt("pack", null, "threads", 1);
        config.setString("pack", null, "windowMemory", "8m");
        config.setString("pack", null, "deltaCacheSize", "4m");
        config.setString("pack", null, "bigFileThreshold", "10m");
        config.setBoolean("pack", null, "buildBitmaps", false);
        config.save();
    }

    private static void writeHooks(Path hooks) throws IOException {
        Files.createDirectories(hooks);
        for (String name : List.of("pre-receive", "update")) {
            Path hook = hooks.resolve(name);
            Files.writeString(hook, REFUSING_HOOK, StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW);
            Files.setPosixFilePermissions(hook, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    private static void syncTree(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : (Iterable<Path>) all::iterator) {
                DurableFile.sync(path);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
