package dev.tinyserv.agent.keys;

import dev.tinyserv.buildpacks.base.Refusal;
import java.io.IOException;
import java.security.PublicKey;
import java.security.interfaces.RSAKey;
import java.util.Base64;
import java.util.Set;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.digest.BuiltinDigests;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;

/**
 * A public key as it stands in a line: the type and the encoded key (RFC 4253, section 6.6).
 *
 * @param type the key's type, such as {@code ssh-ed25519}
 * @param encoded the key in base64
 * @param fingerprint the key's fingerprint, {@code SHA256:…}
 */
record SshPublicKey(String type, String encoded, String fingerprint) {
    /** The types of keys that may log in: no DSA, which is weak, and no certificates, as there is no authority. */
    static final Set<String> TYPES = Set.of(
            "ssh-ed25519",
            "ecdsa-sha2-nistp256",
            "ecdsa-sha2-nistp384",
            "ecdsa-sha2-nistp521",
            "ssh-rsa",
            "sk-ssh-ed25519@openssh.com",
            "sk-ecdsa-sha2-nistp256@openssh.com");

    static {
        Ed25519.offer();
    }

    private static final int MIN_RSA_BITS = 2048;
    private static final int MAX_RSA_BITS = 16384;

    /**
     * Parses a key.
     *
     * @throws Refusal if this is no key of this type, or if it is too weak, with a reason that fits behind "because"
     */
    static SshPublicKey parse(String type, String encoded) {
        if (!TYPES.contains(type)) {
            throw new Refusal("'" + Words.shown(type) + "' is not one of the key types " + "that may log in: "
                    + String.join(", ", TYPES.stream().sorted().toList()));
        }
        PublicKey key = decode(encoded);
        String actual = KeyUtils.getKeyType(key);
        if (!type.equals(actual)) {
            throw new Refusal("it says " + type + " but holds a key of type " + Words.shown(String.valueOf(actual)));
        }
        if (key instanceof RSAKey rsa) {
            int bits = rsa.getModulus().bitLength();
            if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) {
                throw new Refusal("an RSA key of " + bits + " bits is too " + (bits < MIN_RSA_BITS ? "weak" : "large")
                        + "; make a new one with: ssh-keygen -t ed25519");
            }
        }
        return new SshPublicKey(type, encoded, fingerprint(key));
    }

    /** The bits of an RSA key's modulus; 0 for a key of another type. Throws a {@link Refusal} if this is no key. */
    static int rsaBits(String encoded) {
        return decode(encoded) instanceof RSAKey rsa ? rsa.getModulus().bitLength() : 0;
    }

    /** The fingerprint over the key's canonical encoding: two keys have the same one only if they are the same key. */
    static String fingerprint(PublicKey key) {
        return KeyUtils.getFingerPrint(BuiltinDigests.sha256, key);
    }

    private static PublicKey decode(String encoded) {
        byte[] blob;
        try {
            blob = Base64.getDecoder().decode(encoded);
        } catch (IllegalArgumentException e) {
            throw new Refusal("the key is damaged (no valid base64); copy the whole line of the .pub file", e);
        }
        try {
            ByteArrayBuffer buffer = new ByteArrayBuffer(blob);
            PublicKey key = buffer.getRawPublicKey();
            if (buffer.available() > 0) {
                throw new Refusal("the key is damaged (too long); copy the whole line of the .pub file");
            }
            return key;
        } catch (Refusal e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // the decoder reports hostile bytes by whatever exception it runs into
            throw new Refusal("the key is damaged (not an SSH key); copy the whole line of the .pub file", e);
        }
    }
}
