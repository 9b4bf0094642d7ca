package dev.tinyserv.agent.ssh;

import java.util.List;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.OptionalFeature;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.cipher.Cipher;
import org.apache.sshd.common.compression.BuiltinCompressions;
import org.apache.sshd.common.kex.AbstractKexFactoryManager;
import org.apache.sshd.common.kex.BuiltinDHFactories;
import org.apache.sshd.common.mac.BuiltinMacs;
import org.apache.sshd.common.mac.Mac;
import org.apache.sshd.common.signature.BuiltinSignatures;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.server.ServerBuilder;

/**
 * The algorithms that clients are offered, best first: none that ssh-audit warns of, and post-quantum key exchange in
 * front. The library uses strict key exchange (against CVE-2023-48795, Terrapin) with each client that knows it.
 */
final class Algorithms {
    private static final List<BuiltinDHFactories> KEY_EXCHANGES = List.of(
            BuiltinDHFactories.mlkem768x25519,
            BuiltinDHFactories.sntrup761x25519,
            BuiltinDHFactories.sntrup761x25519_openssh,
            BuiltinDHFactories.curve25519,
            BuiltinDHFactories.curve25519_libssh);

    private static final List<BuiltinCiphers> CIPHERS = List.of(
            BuiltinCiphers.aes128gcm,
            BuiltinCiphers.aes256gcm,
            BuiltinCiphers.cc20p1305_openssh,
            BuiltinCiphers.aes256ctr,
            BuiltinCiphers.aes192ctr,
            BuiltinCiphers.aes128ctr);

    private static final List<BuiltinMacs> MACS = List.of(BuiltinMacs.hmacsha256etm, BuiltinMacs.hmacsha512etm);

    private static final List<BuiltinSignatures> SIGNATURES = List.of(
            BuiltinSignatures.ed25519,
            BuiltinSignatures.sk_ssh_ed25519,
            BuiltinSignatures.sk_ecdsa_sha2_nistp256,
            BuiltinSignatures.nistp256,
            BuiltinSignatures.nistp384,
            BuiltinSignatures.nistp521,
            BuiltinSignatures.rsaSHA512,
            BuiltinSignatures.rsaSHA256);

    private Algorithms() {}

    /** Has the server offer these algorithms and no others, except those that this JVM does not have. */
    static void offerIn(AbstractKexFactoryManager server) {
        server.setKeyExchangeFactories(KEY_EXCHANGES.stream()
                .filter(OptionalFeature::isSupported)
                .map(ServerBuilder.DH2KEX)
                .toList());
        server.setCipherFactories(CIPHERS.stream()
                .filter(OptionalFeature::isSupported)
                .<NamedFactory<Cipher>>map(cipher -> cipher)
                .toList());
        server.setMacFactories(MACS.stream()
                .filter(OptionalFeature::isSupported)
                .<NamedFactory<Mac>>map(mac -> mac)
                .toList());
        server.setSignatureFactories(SIGNATURES.stream()
                .filter(OptionalFeature::isSupported)
                .<NamedFactory<Signature>>map(signature -> signature)
                .toList());
        server.setCompressionFactories(List.of(BuiltinCompressions.none));
    }
}
