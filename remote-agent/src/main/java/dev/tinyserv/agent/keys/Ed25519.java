package dev.tinyserv.agent.keys;

import java.security.Provider;
import java.util.Optional;
import java.util.Set;
import org.apache.sshd.common.util.security.AbstractSecurityProviderRegistrar;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.apache.sshd.common.util.security.SunJCESecurityProviderRegistrar;
import org.apache.sshd.common.util.security.eddsa.bouncycastle.BouncyCastleEdDSASupport;
import org.apache.sshd.common.util.security.eddsa.generic.EdDSASupport;

/**
 * Ed25519 for sshd, by BouncyCastle's classes and without its provider: that one knows five thousand algorithms, of
 * which we need one, and costs a JVM 5 MB. All else that sshd asks for is the JDK's, or (post-quantum key
 * exchange) needs no provider.
 */
public final class Ed25519 extends AbstractSecurityProviderRegistrar {
    /** The names that sshd asks for it by. */
    private static final Set<String> NAMES = Set.of("Ed25519", "EdDSA");

    private final Provider provider = new Algorithms();

    /** For sshd, which makes one. */
    public Ed25519() {
        super("tinyserv-ed25519");
    }

    /** Makes sshd know it; before its first use of a key. Any thread may call this, any number of times. */
    public static void offer() {
        System.setProperty(
                SecurityUtils.SECURITY_PROVIDER_REGISTRARS,
                SunJCESecurityProviderRegistrar.class.getName() + "," + Ed25519.class.getName());
    }

    @Override
    public boolean isSupported() {
        return true;
    }

    @Override
    public boolean isNamedProviderUsed() {
        return false;
    }

    @Override
    public Provider getSecurityProvider() {
        return provider;
    }

    @Override
    public boolean isSecurityEntitySupported(Class<?> type, String name) {
        return NAMES.contains(name);
    }

    @Override
    public Optional<EdDSASupport<?, ?>> getEdDSASupport() {
        return Optional.of(new BouncyCastleEdDSASupport());
    }

    private static final class Algorithms extends Provider {
        private static final long serialVersionUID = 1;
        private static final String PACKAGE = "org.bouncycastle.jcajce.provider.asymmetric.edec.";

        Algorithms() {
            super("tinyserv-ed25519", "1", "Ed25519 by BouncyCastle");
            for (String name : NAMES) {
                put("KeyFactory." + name, PACKAGE + "KeyFactorySpi$" + name);
                put("KeyPairGenerator." + name, PACKAGE + "KeyPairGeneratorSpi$" + name);
                put("Signature." + name, PACKAGE + "SignatureSpi$" + name);
            }
        }
    }
}
