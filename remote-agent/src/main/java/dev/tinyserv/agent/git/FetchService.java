package dev.tinyserv.agent.git;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.jgit.transport.UploadPack;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves {@code git-upload-pack}: clone, fetch, ls-remote. Safe for several threads. */
public final class FetchService {
    private static final Logger LOG = LoggerFactory.getLogger(FetchService.class);
    private static final Pattern PROTOCOL = Pattern.compile("version=[0-9]{1,2}");

    private final Repositories repositories;

    public FetchService(Repositories repositories) {
        this.repositories = repositories;
    }

    /** Serves one client. Blocks, returns and throws as {@link PushService#serve} does. */
    public int serve(GitSession session) {
        return repositories.serve(session, () -> fetch(session));
    }

    private int fetch(GitSession session) {
        try (Visit visit = repositories.enter(session.app());
                UploadPack upload = new UploadPack(visit.repository())) {
            if (PROTOCOL.matcher(session.protocol()).matches()) {
                upload.setExtraParameters(Set.of(session.protocol()));
            }
            upload.upload(
                    new BufferedInputStream(session.in(), 8 * 1024), new PacketOutput(session.out()), session.err());
            return 0;
        } catch (IOException e) {
            LOG.info("a fetch from {} broke off: {}", session.app(), String.valueOf(e));
            return 1;
        } finally {
            repositories.left(session.app());
        }
    }
}
