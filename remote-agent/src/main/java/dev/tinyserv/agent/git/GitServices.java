package dev.tinyserv.agent.git;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.event.Events;
import dev.tinyserv.agent.submit.Submissions;
import java.util.Optional;
import java.util.function.Function;

/**
 * The services of git for doors and verbs.
 *
 * @param repositories the repositories that the others share
 * @param pushes serves pushes
 * @param fetches serves fetches and clones
 * @param archives deploys archives
 */
public record GitServices(Repositories repositories, PushService pushes, FetchService fetches, ArchiveService archives)
        implements AutoCloseable {
    /** Services over one set of repositories; as {@link Repositories#Repositories}. */
    public static GitServices of(
            GitSettings settings,
            Submissions submissions,
            Function<AppName, Optional<String>> released,
            Events events) {
        Repositories repositories = new Repositories(settings, released);
        return new GitServices(
                repositories,
                new PushService(settings, repositories, submissions, events),
                new FetchService(repositories),
                new ArchiveService(settings, repositories, submissions));
    }

    /** Serves nobody new. Sessions under way go on. */
    @Override
    public void close() {
        repositories.close();
    }
}
