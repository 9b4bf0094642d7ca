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
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys that may log in: {@code TINYSERV_ROOT/authorized_keys}, in the format of sshd(8). A key's comment is its
 * name. The options {@code role="deployer"} and {@code apps="a,b"} restrict a key. The file is read again whenever it
 * has changed, so an edit counts from the next look-up on. A line that is not understood lets nobody in and is named in
 * the log. A file that others than its owner can write, or replace, lets nobody in at all, as with StrictModes of
 * sshd_config(5).
 *
 * <p>Safe for use by several threads. If two processes change the file at once, the change that is written last
 * replaces the other one.
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

    /** What the file held when it had these attributes; without any key if it could not be read. */
    private record Snapshot(
            Map<String, Object> stamp,
            KeysFile content,
            @Nullable Refusal problem) {}

    /** The keys in this file, which need not exist. */
    public AuthorizedKeys(Path file) {
        this(file, new Events());
    }

    /**
     * The keys in this file, which need not exist. Publishes a {@link KeyEvent} for each key that was added or removed,
     * whoever changed the file: at the first {@link #accountOf} or {@link #complaint} after the change.
     */
    public AuthorizedKeys(Path file, Events events) {
        this.file = file;
        this.events = events;
    }

    /**
     * The account that logs in with the key; empty if the key is not in the file, or if there is a {@link #complaint}.
     */
    public Optional<Account> accountOf(PublicKey key) {
        Map<String, AuthorizedKey> keys = current().content().keys();
        return Optional.ofNullable(keys.get(SshPublicKey.fingerprint(key))).map(AuthorizedKey::account);
    }

    /**
     * The keys that stand in the file, in the order of the file. They log in unless there is a {@link #complaint}.
     *
     * @throws Refusal if the file cannot be read, is too large, or is not in UTF-8
     */
    public List<AuthorizedKey> list() {
        return List.copyOf(KeysFile.read(file).keys().values());
    }

    /**
     * Why no key at all may log in now, and what to do; empty if the keys of the file may. Logged after each change.
     */
    public Optional<String> complaint() {
        return Optional.ofNullable(current().problem()).map(Refusal::getMessage);
    }

    /**
     * The reasons why lines let nobody in, by the lines' numbers from 1.
     *
     * @throws Refusal as {@link #list} does
     */
    public Map<Integer, String> skippedLines() {
        return KeysFile.read(file).skipped();
    }

    /**
     * The numbers, from 1, of the lines that hold the key of an earlier line, and so have no meaning.
     *
     * @throws Refusal as {@link #list} does
     */
    public List<Integer> repeatedLines() {
        return KeysFile.read(file).repeated();
    }

    /**
     * The keys of RSA whose modulus has fewer than this many bits.
     *
     * @throws Refusal as {@link #list} does
     */
    public List<AuthorizedKey> shortRsaKeys(int bits) {
        KeysFile content = KeysFile.read(file);
        return content.keys().values().stream()
                .filter(key -> key.type().equals("ssh-rsa") && content.rsaBits(key) < bits)
                .toList();
    }

    /**
     * Adds a key at the end of the file, durably. Several keys may have the same name.
     *
     * @param publicKeyText one line of a {@code .pub} file
     * @param role what the key may do
     * @param apps the apps of a deployer, at least one; empty for an admin
     * @param name the key's name; null for the comment in the text
     * @return the key as it stands in the file
     * @throws Refusal if the text is not one good public key, if the file has the key already, if the name or the apps
     *     do not fit, or if the file cannot be read or durably written
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
     * Removes keys, durably: every line that holds one of them.
     *
     * @param nameOrFingerprint the name of one key or of several, or the fingerprint of one; a text that begins with
     *     {@code SHA256:} is a fingerprint
     * @return the removed keys; empty if none has this name or fingerprint
     * @throws Refusal if the file cannot be read or durably written
     */
    public List<AuthorizedKey> remove(String nameOrFingerprint) {
        return remove(nameOrFingerprint, false);
    }

    /** As {@link #remove}, but also refuses to remove the last keys of admins. */
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
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        try {
            Files.createDirectories(Objects.requireNonNull(file.getParent())); // a new server begins with a key
            DurableFile.write(file, bytes);
        } catch (IOException e) {
            throw new Refusal(
                    holds(bytes)
                            ? file + " was changed, but cannot be synced (" + JsonStore.reason(e)
                                    + "): a power loss may undo the change"
                            : file + " cannot be written (" + JsonStore.reason(e)
                                    + "); nothing was changed: see who owns the folder and its mode",
                    e);
        }
        return content;
    }

    /** Whether the file was replaced before its writing failed: at the sync of its folder. */
    private boolean holds(byte[] content) {
        try {
            return Arrays.equals(Files.readAllBytes(file), content);
        } catch (IOException e) {
            return false;
        }
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
