package dev.tinyserv.agent.git;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.store.DiskTrouble;
import dev.tinyserv.buildpacks.base.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Objects;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;

/**
 * Where the deploy branch was when a deploy began: it must be there still when it is moved.
 *
 * @param repository of the app
 * @param app the app
 * @param branch the full name of the deploy branch
 * @param commit what it named; {@link ObjectId#zeroId()} if it did not exist
 * @param remedy what to do if it has moved
 */
record ExpectedTip(Repository repository, AppName app, String branch, ObjectId commit, String remedy) {
    /** Throws a {@link Refusal} if it has moved, or if the app was destroyed. */
    void check() {
        if (isDestroyed(repository)) {
            throw new Refusal(destroyed(app));
        }
        try {
            repository.getRefDatabase().refresh();
            ObjectId now = Objects.requireNonNullElse(DeployBranch.value(repository, branch), ObjectId.zeroId());
            if (!now.equals(commit) || !DeployBranch.of(repository).equals(branch)) {
                throw new Refusal("stale: somebody pushed meanwhile; " + remedy);
            }
        } catch (IOException e) {
            throw new Refusal(DiskTrouble.line(e, repository.getDirectory().toPath()), e);
        }
    }

    /** Whether the app of a repository was destroyed meanwhile. */
    static boolean isDestroyed(Repository repository) {
        return !Files.exists(repository.getDirectory().toPath().resolve(Constants.HEAD));
    }

    /** What whoever deployed is told then. */
    static String destroyed(AppName app) {
        return app + " was destroyed while this deploy was under way; `create " + app + "` makes it anew";
    }
}
