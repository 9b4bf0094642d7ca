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
 * Ed25519 (RFC 8032) for the SSH library, by BouncyCastle's classes and without its provider: the provider registers
 * five thousand algorithms, of which we need one, and costs a JVM 5 MB. The JDK has all else that the library asks for,
 * and post-quantum key exchange needs no provider.
 */
public final class Ed25519 extends AbstractSecurityProviderRegistrar {
    /** The names by which the library asks for the algorithm. */
    private static final Set<String> NAMES = Set.of("Ed25519", "EdDSA");

    private final Provider provider = new Algorithms();

    /** For the library, which finds this class by its name. */
    public Ed25519() {
        super("tinyserv-ed25519");
    }

    /**
     * Makes the library know this class. To be called before the library first uses a key. Any thread may call this,
     * any number of times.
     */
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
