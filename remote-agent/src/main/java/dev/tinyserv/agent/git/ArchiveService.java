package dev.tinyserv.agent.git;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.submit.Origin;
import dev.tinyserv.agent.submit.Submission;
import dev.tinyserv.agent.submit.Submissions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.function.Consumer;

/** Deploys the files of archives, which become commits on top of the deploy branch. Safe for several threads. */
public final class ArchiveService {
    private final GitSettings settings;
    private final Repositories repositories;
    private final Submissions submissions;

    public ArchiveService(GitSettings settings, Repositories repositories, Submissions submissions) {
        this.settings = settings;
        this.repositories = repositories;
        this.submissions = submissions;
    }

    /**
     * Deploys the files of a tar archive. Blocks until they are live or refused.
     *
     * @param origin who deploys; must be allowed to use the app
     * @param archive the archive, to its end; see {@link Archive}
     * @throws dev.tinyserv.buildpacks.base.Refusal if the archive does not go live; then nothing has changed
     */
    public void deploy(AppName app, Origin origin, InputStream archive) {
        repositories.require(app, origin.by());
        try (Quarantine quarantine = repositories.quarantine(app)) {
            new ReceivedArchive(quarantine, origin, settings).deploy(archive, submissions);
        } catch (IOException e) {
            throw unreadable(app, e);
        } finally {
            repositories.pushed(app);
        }
    }

    /** Receives an archive as {@link #deploy} does and passes it to the inspection. Deploys and keeps nothing. */
    public void inspect(AppName app, Origin origin, InputStream archive, Consumer<Submission> inspection) {
        repositories.require(app, origin.by());
        try (Quarantine quarantine = repositories.quarantine(app)) {
            inspection.accept(new ReceivedArchive(quarantine, origin, settings).receive(archive));
        } catch (IOException e) {
            throw unreadable(app, e);
        } finally {
            repositories.left(app);
        }
    }

    private static UncheckedIOException unreadable(AppName app, IOException e) {
        return new UncheckedIOException("the repository of " + app + " cannot be read", e);
    }
}
