package dev.tinyserv.agent.route.table;

import dev.tinyserv.agent.app.Endpoint;
import dev.tinyserv.agent.store.DurableFile;
import dev.tinyserv.agent.store.JsonStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What targets are called before clients: the same for as long as the key is, and telling nothing of the endpoint. The
 * key lies in a file, so that a router which comes back or takes over sends clients where they were; without a file it
 * is this process's. Safe for several threads.
 */
public final class TargetIds {
    private static final Logger LOG = LoggerFactory.getLogger(TargetIds.class);
    private static final int KEY_BYTES = 32;
    private static final int ID_BYTES = 8;

    private final @Nullable Path file;
    private @Nullable SecretKeySpec key;

    /**
     * Ids with the key in a file, which is made when the first id is asked for.
     *
     * @param file null to have a key of this object alone
     */
    public TargetIds(@Nullable Path file) {
        this.file = file;
    }

    /** The id of an endpoint: 16 hexadecimal digits. The first call reads the file, or writes it. */
    public String of(Endpoint endpoint) {
        SecretKeySpec with = key();
        try {
            Mac mac = Mac.getInstance(with.getAlgorithm());
            mac.init(with);
            byte[] whole = mac.doFinal(endpoint.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(whole, 0, ID_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Java lacks HMAC with SHA-256", e); // each has it
        }
    }

    private synchronized SecretKeySpec key() {
        if (key == null) {
            key = new SecretKeySpec(file == null ? made() : kept(file), "HmacSHA256");
        }
        return key;
    }

    private static byte[] made() {
        byte[] made = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(made);
        return made;
    }

    private static byte[] kept(Path file) {
        byte[] found = read(file);
        if (found != null) {
            return found;
        }
        byte[] made = made();
        try {
            DurableFile.write(file, (HexFormat.of().formatHex(made) + "\n").getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            LOG.warn("cannot write {}, so the next router sends clients elsewhere: {}", file, JsonStore.reason(e));
        }
        return made;
    }

    /** The key in the file; null if there is none. */
    private static byte @Nullable [] read(Path file) {
        try {
            if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.size(file) == 2 * KEY_BYTES + 1) {
                byte[] text = Files.readAllBytes(file);
                return HexFormat.of()
                        .parseHex(new String(Arrays.copyOf(text, 2 * KEY_BYTES), StandardCharsets.US_ASCII));
            }
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn("{} holds no key and is made anew: {}", file, e.getMessage());
        }
        return null;
    }
}
