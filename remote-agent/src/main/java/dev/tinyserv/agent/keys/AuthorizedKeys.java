package dev.tinyserv.agent.keys;

import dev.tinyserv.agent.app.Account;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.event.Events;
import dev.tinyserv.agent.event.KeyEvent;
import dev.tinyserv.agent.store.DurableFile;
import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.buildpacks.base.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may log in: {@code TINYSERV_ROOT/authorized_keys}, in the format of OpenSSH. A key's comment is its name; the
 * options {@code role="deployer"} and {@code apps="a,b"} restrict it. The file is read again whenever it has changed, so
 * an edit holds from the next look-up on. A line that is not understood lets nobody in and is named in the log. A file
 * that others than its owner can write, or replace, lets nobody in at all, as with sshd's StrictModes.
 *
 * <p>Safe for use by several threads. Of two processes that write at once, the last rename wins.
 */
public final class AuthorizedKeys {
    private static final Logger LOG = LoggerFactory.getLogger(AuthorizedKeys.class);
    private static final String STAMP = "unix:size,ino,lastModifiedTime,ctime,mode,uid";
    private static final String FINGERPRINT = "SHA256:";

    private final Path file;
    private final Events events;
    private final Object writing = new Object();
    private final AtomicReference<@Nullable KeysFile> told = new AtomicReference<>();
    private volatile Snapshot snapshot = new Snapshot(Map.of("never", "read"), KeysFile.empty(), null);

    /** What the file held when it had these attributes; nothing when it could not be read. */
    private record Snapshot(
            Map<String, Object> stamp,
            KeysFile content,
            @Nullable Refusal problem) {}

    /** The keys in this file, which need not exist. */
    public AuthorizedKeys(Path file) {
        this(file, new Events());
    }

    /** The same, which tells when keys come and go, whoever changes the file. */
    public AuthorizedKeys(Path file, Events events) {
        this.file = file;
        this.events = events;
    }

    /** Whom the key belongs to; nobody if it is not in the file, or the file cannot be read. */
    public Optional<Account> accountOf(PublicKey key) {
        Map<String, AuthorizedKey> keys = current().content().keys();
        return Optional.ofNullable(keys.get(SshPublicKey.fingerprint(key))).map(AuthorizedKey::account);
    }

    /**
     * All keys that stand in the file, in its order; they log in unless there is a {@link #complaint}. Refuses a file that
     * cannot be read.
     */
    public List<AuthorizedKey> list() {
        return List.copyOf(KeysFile.read(file).keys().values());
    }

    /** Why no key at all may log in now, and what to do; empty if those of the file may. A change is also logged. */
    public Optional<String> complaint() {
        return Optional.ofNullable(current().problem()).map(Refusal::getMessage);
    }

    /** The lines that let nobody in, by number, with the reason; refuses a file that cannot be read. */
    public Map<Integer, String> skippedLines() {
        return KeysFile.read(file).skipped();
    }

    /** The lines that hold the key of an earlier line, and so have no meaning; refuses as {@link #skippedLines} does. */
    public List<Integer> repeatedLines() {
        return KeysFile.read(file).repeated();
    }

    /** The keys of RSA with fewer bits than this; refuses as {@link #skippedLines} does. */
    public List<AuthorizedKey> shortRsaKeys(int bits) {
        KeysFile content = KeysFile.read(file);
        return content.keys().values().stream()
                .filter(key -> key.type().equals("ssh-rsa") && content.rsaBits(key) < bits)
                .toList();
    }

    /**
     * Adds a key at the end of the file, durably.
     *
     * @param publicKeyText one line of a {@code .pub} file
     * @param apps the apps of a deployer; empty for an admin
     * @param name what to call it; null for the comment in the text
     * @throws Refusal for anything but one good public key that is not yet there; a name may have several
     */
    public AuthorizedKey add(String publicKeyText, Account.Role role, Set<AppName> apps, @Nullable String name) {
        if (role == Account.Role.DEPLOYER && apps.isEmpty()) {
            throw Refusal.usage("a deployer's key needs at least one app that it may deploy");
        }
        if (role == Account.Role.ADMIN && !apps.isEmpty()) {
            throw Refusal.usage("an admin's key cannot be restricted to apps; add it as a deployer's");
        }
        PastedKey pasted = PastedKey.parse(publicKeyText, name);
        synchronized (writing) {
            KeysFile old = KeysFile.read(file);
            refuseDuplicate(old, pasted);
            String named = pasted.name().equals(pasted.key().fingerprint()) ? "" : " " + pasted.name();
            String line = KeyOptions.written(role, apps) + pasted.key().type() + " "
                    + pasted.key().encoded() + named;
            String bytes = new String(line.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
            AuthorizedKey added = write(old.with(bytes)).keys().get(pasted.key().fingerprint());
            if (added == null) {
                throw new IllegalStateException("the line that was written is not understood: " + line);
            }
            return added;
        }
    }

    /**
     * Removes keys, durably: every line that holds one of them. What begins like a fingerprint is never a name.
     *
     * @param nameOrFingerprint the name of one key or of several, or the fingerprint of one
     * @return the keys; none when none has this name or fingerprint
     */
    public List<AuthorizedKey> remove(String nameOrFingerprint) {
        return remove(nameOrFingerprint, false);
    }

    /** As {@link #remove}, but refuses to leave no key of an admin. */
    public List<AuthorizedKey> removeButTheLastAdmin(String nameOrFingerprint) {
        return remove(nameOrFingerprint, true);
    }

    private List<AuthorizedKey> remove(String nameOrFingerprint, boolean keepAnAdmin) {
        boolean isFingerprint = nameOrFingerprint.startsWith(FINGERPRINT);
        synchronized (writing) {
            KeysFile old = KeysFile.read(file);
            List<AuthorizedKey> removed = old.keys().values().stream()
                    .filter(key -> (isFingerprint ? key.fingerprint() : key.name()).equals(nameOrFingerprint))
                    .toList();
            if (keepAnAdmin && leavesNoAdmin(old, removed)) {
                throw new Refusal("this would leave no admin's key, so nobody could add one by ssh: add another one"
                        + " before, or run tinyserv-remote keys:remove on the server");
            }
            if (!removed.isEmpty()) {
                write(old.without(removed));
            }
            return removed;
        }
    }

    private static boolean leavesNoAdmin(KeysFile old, List<AuthorizedKey> removed) {
        return removed.stream().anyMatch(AuthorizedKeys::isAdmins)
                && old.keys().values().stream().filter(AuthorizedKeys::isAdmins).allMatch(removed::contains);
    }

    private static boolean isAdmins(AuthorizedKey key) {
        return key.role() == Account.Role.ADMIN;
    }

    private static void refuseDuplicate(KeysFile old, PastedKey pasted) {
        AuthorizedKey same = old.keys().get(pasted.key().fingerprint());
        if (same != null) {
            throw new Refusal("this key is there already, as '" + same.name() + "' (line " + same.line()
                    + "); remove that one first to change it");
        }
    }

    private KeysFile write(String text) {
        KeysFile content = KeysFile.parse(file, text);
        try {
            DurableFile.write(file, text.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new Refusal(file + " cannot be written (" + JsonStore.reason(e) + "); nothing was changed", e);
        }
        return content;
    }

    private Snapshot current() {
        Map<String, Object> stamp = stamp();
        Snapshot last = snapshot;
        if (last.stamp().equals(stamp)) {
            return last;
        }
        Snapshot now = read(stamp);
        snapshot = now;
        return now;
    }

    private Snapshot read(Map<String, Object> stamp) {
        try {
            StrictModes.complaint(file).ifPresent(complaint -> {
                throw new Refusal(complaint);
            });
            KeysFile content = KeysFile.read(file);
            content.skipped().forEach((line, reason) -> LOG.warn("{}:{}: skipped, because {}", file, line, reason));
            tell(told.getAndSet(content), content);
            return new Snapshot(stamp, content, null);
        } catch (Refusal problem) {
            LOG.error("No key can log in: {}", problem.getMessage());
            return new Snapshot(stamp, KeysFile.empty(), problem);
        }
    }

    private void tell(@Nullable KeysFile before, KeysFile now) {
        if (before == null) {
            return;
        }
        now.keys().forEach((fingerprint, key) -> {
            if (!before.keys().containsKey(fingerprint)) {
                events.publish(new KeyEvent.Added(key.name(), fingerprint, isAdmins(key)));
            }
        });
        before.keys().forEach((fingerprint, key) -> {
            if (!now.keys().containsKey(fingerprint)) {
                events.publish(new KeyEvent.Removed(key.name(), fingerprint));
            }
        });
    }

    private Map<String, Object> stamp() {
        Map<String, Object> stamp = new HashMap<>(attributes(file, STAMP));
        for (Path place : StrictModes.places(file)) {
            attributes(place, "unix:mode,uid").forEach((name, value) -> stamp.put(place + "'s " + name, value));
        }
        return stamp;
    }

    private static Map<String, Object> attributes(Path path, String names) {
        try {
            return Files.readAttributes(path, names);
        } catch (NoSuchFileException e) {
            return Map.of();
        } catch (IOException e) {
            return Map.of("problem", e.toString());
        }
    }
}
