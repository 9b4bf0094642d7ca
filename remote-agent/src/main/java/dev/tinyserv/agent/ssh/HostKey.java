package dev.tinyserv.agent.ssh;

import dev.tinyserv.agent.keys.Ed25519;
import dev.tinyserv.agent.store.DurableFile;
import dev.tinyserv.agent.store.OwnFile;
import dev.tinyserv.buildpacks.base.Refusal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.Arrays;
import java.util.Iterator;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.util.security.SecurityUtils;

/**
 * The key by which clients know this server: ed25519, in the format of OpenSSH, made once. A damaged key is never
 * replaced by a new one, because to each client a new key looks like an attack.
 */
final class HostKey {
    static {
        Ed25519.offer();
    }

    private static final int MAX_BYTES = 64 * 1024;
    private static final String COMMENT = "tinyserv";

    private final Path file;

    /** The key in this file, which need not exist, nor its folder. */
    HostKey(Path file) {
        this.file = file;
    }

    /** Whether the file does not exist. */
    boolean isMissing() {
        return Files.notExists(file);
    }

    /**
     * Reads the key, or makes it if there is no file, and writes the public half beside it.
     *
     * @throws Refusal if the file is damaged, or if a file cannot be read or written
     */
    KeyPair loadOrCreate() {
        try {
            KeyPair key = Files.exists(file) ? load() : create();
            writePublic(key);
            return key;
        } catch (IOException | GeneralSecurityException e) {
            throw new Refusal(
                    "the host key " + file + " cannot be read or written (" + e + "); check the owner and mode"
                            + " of the folder",
                    e);
        }
    }

    private KeyPair load() throws IOException {
        byte[] bytes;
        try (var in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES);
        }
        try {
            Iterable<KeyPair> keys = SecurityUtils.loadKeyPairIdentities(
                    null,
                    NamedResource.ofName(file.toString()),
                    new ByteArrayInputStream(bytes),
                    FilePasswordProvider.EMPTY);
            Iterator<KeyPair> found = keys == null ? null : keys.iterator();
            if (found != null && found.hasNext()) {
                KeyPair key = found.next();
                if (KeyPairProvider.SSH_ED25519.equals(KeyUtils.getKeyType(key))) {
                    return key;
                }
            }
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            // The parser throws whatever exception it runs into in a damaged file.
            throw damaged(e);
        }
        throw damaged(new IOException("no ed25519 key in it"));
    }

    private Refusal damaged(Exception cause) {
        return new Refusal(
                "the host key " + file + " is damaged; restore it from a backup, or delete it to get a new one, which"
                        + " every client must then accept",
                cause);
    }

    private KeyPair create() throws IOException, GeneralSecurityException {
        KeyPair key = KeyUtils.generateKeyPair(KeyPairProvider.SSH_ED25519, 256);
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(key, COMMENT, null, text);
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null && Files.notExists(folder)) {
            Files.createDirectories(folder, OwnFile.FOLDER_MODE);
        }
        DurableFile.write(file, text.toByteArray());
        return key;
    }

    private void writePublic(KeyPair key) throws IOException, GeneralSecurityException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        OpenSSHKeyPairResourceWriter.INSTANCE.writePublicKey(key.getPublic(), COMMENT, text);
        Path publicFile = file.resolveSibling(file.getFileName() + ".pub");
        if (!Arrays.equals(text.toByteArray(), contentOf(publicFile))) {
            DurableFile.write(publicFile, text.toByteArray());
        }
    }

    private static byte[] contentOf(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return in.readNBytes(MAX_BYTES);
        } catch (NoSuchFileException e) {
            return new byte[0];
        }
    }
}
