package dev.tinyserv.agent.git;

import dev.tinyserv.agent.event.Events;
import dev.tinyserv.agent.submit.Submissions;
import java.io.IOException;
import java.io.InputStream;
import org.eclipse.jgit.errors.UnpackException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves {@code git-receive-pack}: a push to an app's deploy branch becomes a
 * {@link dev.tinyserv.agent.submit.Submission}. Safe for several threads.
 */
public final class PushService {
    private static final Logger LOG = LoggerFactory.getLogger(PushService.class);
    private static final long MAX_DRAINED = 64L << 20;

    private final GitSettings settings;
    private final Repositories repositories;
    private final Submissions submissions;
    private final Events events;

    /** A service that passes pushed commits to {@code submissions}, and publishes which refs have moved. */
    public PushService(GitSettings settings, Repositories repositories, Submissions submissions, Events events) {
        this.settings = settings;
        this.repositories = repositories;
        this.submissions = submissions;
        this.events = events;
    }

    /**
     * Serves one push. Blocks until it is over; an interrupt cancels the push and is kept.
     *
     * @return the exit status for the client's git: 0 if the protocol came to its end, also with rejected refs
     * @throws dev.tinyserv.buildpacks.base.Refusal before anything was sent, if there is no such app for the account
     */
    public int serve(GitSession session) {
        return repositories.serve(session, () -> push(session));
    }

    private int push(GitSession session) throws IOException {
        try (Quarantine quarantine = repositories.quarantine(session.app())) {
            Push push = new Push(quarantine, session, settings, submissions, events);
            try {
                push.serve();
                return 0;
            } finally {
                push.endOutput();
            }
        } catch (UnpackException e) {
            LOG.debug("a push to {} was refused", session.app(), e);
        } catch (IOException e) {
            LOG.info("a push to {} broke off: {}", session.app(), String.valueOf(e));
            return 1;
        } finally {
            repositories.pushed(session.app());
        }
        drain(session.in());
        return 1;
    }

    /** Reads the rest of a refused pack: closing before could lose the report on its way. */
    private static void drain(InputStream in) {
        byte[] buffer = new byte[32 * 1024];
        long drained = 0;
        try {
            for (int n = in.read(buffer); n >= 0 && drained < MAX_DRAINED; n = in.read(buffer)) {
                drained += n;
            }
        } catch (IOException e) {
            LOG.debug("the client has gone", e);
        }
    }
}
