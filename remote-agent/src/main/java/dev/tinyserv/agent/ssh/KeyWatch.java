package dev.tinyserv.agent.ssh;

import dev.tinyserv.agent.app.Account;
import dev.tinyserv.agent.keys.AuthorizedKeys;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.session.helpers.AbstractSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends sessions with the rights of their keys. When the key that a session was logged in with is removed, the session's
 * commands are cancelled, and then the session is closed. When the key may do less than before, the commands that it
 * could not begin any more are cancelled, and the others go on. Either happens only when it is seen twice in a row,
 * because an editor may empty the file for a moment. For one thread.
 */
record KeyWatch(Supplier<List<AbstractSession>> sessions, AuthorizedKeys keys, RunningCommands running)
        implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(KeyWatch.class);

    /** The time between two looks. */
    static final Duration INTERVAL = Duration.ofMillis(500);

    /** What a client is told, now and at its next command. The developer's command knows these words. */
    static final String REMOVED = "the key that you logged in with was removed; ask an admin";

    private static final String RESTRICTED = "the key that you logged in with may do less than before; try again";
    /** How often a session may be seen without its key before it is closed even if its commands run on: ten seconds. */
    private static final int PATIENCE = 20;

    @Override
    public void run() {
        keys.complaint(); // so that the log says at once that nobody can log in, not only when somebody tries
        for (AbstractSession session : sessions.get()) {
            try {
                if (session instanceof AgentSession known && known.signer().isPresent()) {
                    look(known);
                }
            } catch (Exception e) { // a session that is just being closed must not keep us from the others
                LOG.debug("A session could not be looked at", e);
            }
        }
    }

    private void look(AgentSession session) throws Exception {
        Optional<Account> account = session.signer().flatMap(keys::accountOf);
        int times = session.timesWithoutRights(account.isEmpty() || running.mayNot(session, account.get()));
        if (times < 2) {
            return;
        }
        if (account.isPresent()) {
            running.cancelWhatMayNot(session, account.get(), RESTRICTED);
        } else if (running.cancelAll(session, REMOVED) == 0) {
            LOG.info("Closed the session of {}: its key was removed", session.getClientAddress());
            session.disconnect(SshConstants.SSH2_DISCONNECT_BY_APPLICATION, REMOVED);
        } else if (times > PATIENCE) {
            session.close(true);
        }
    }
}
