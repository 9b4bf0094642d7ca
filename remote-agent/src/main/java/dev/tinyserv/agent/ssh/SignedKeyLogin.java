package dev.tinyserv.agent.ssh;

import dev.tinyserv.agent.keys.AuthorizedKeys;
import java.security.PublicKey;
import java.util.List;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.auth.pubkey.UserAuthPublicKey;
import org.apache.sshd.server.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.server.session.ServerSession;

/**
 * Log-in by public key (RFC 4252, section 7). Clients offer keys before they sign with one, so the key that was looked
 * at last does not say who logs in (GHSA-pchf-49fh-w34r). Only a verified signature does, and only here the session
 * learns of it.
 */
final class SignedKeyLogin extends UserAuthPublicKey {
    private final AuthorizedKeys keys;

    private SignedKeyLogin(List<NamedFactory<Signature>> signatures, AuthorizedKeys keys) {
        super(signatures);
        this.keys = keys;
    }

    @Override
    protected boolean verifySignature(
            ServerSession session,
            String username,
            String algorithm,
            PublicKey key,
            Buffer buffer,
            Signature verifier,
            byte[] signature)
            throws Exception {
        if (!super.verifySignature(session, username, algorithm, key, buffer, verifier, signature)
                || keys.accountOf(key).isEmpty()
                || !(session instanceof AgentSession agentSession)) {
            return false;
        }
        return agentSession.signedBy(key);
    }

    /** Makes a log-in for each session. */
    static final class Factory extends UserAuthPublicKeyFactory {
        private final AuthorizedKeys keys;

        Factory(List<NamedFactory<Signature>> signatures, AuthorizedKeys keys) {
            super(signatures);
            this.keys = keys;
        }

        @Override
        public UserAuthPublicKey createUserAuth(ServerSession session) {
            return new SignedKeyLogin(getSignatureFactories(), keys);
        }
    }
}
