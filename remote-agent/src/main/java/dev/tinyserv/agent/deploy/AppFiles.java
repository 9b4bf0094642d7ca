package dev.tinyserv.agent.deploy;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.build.BuildPipeline;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.git.Repositories;
import dev.tinyserv.agent.release.Releases;
import dev.tinyserv.agent.store.Apps;
import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;

/** All that an app has on the disk: its repository, builds, releases, desired state and data. */
record AppFiles(Layout layout, Apps apps, Repositories repositories, Releases releases, BuildPipeline pipeline) {
    /** Refuses if commits or releases of an earlier app of this name are left; what a killed creation left passes. */
    void requireNothingOf(AppName app) {
        boolean pushed = repositories.exists(app) && repositories.tip(app).isPresent();
        if (pushed || releases.hasMoreThanTheFirst(app)) {
            throw new Refusal("repository or releases of an earlier app '" + app + "' lie under "
                    + layout.root() + ", but not its apps/" + app + ".json: restore that file and restart,"
                    + " or move repositories/" + app + ", releases/" + app + " and releases/" + app + ".json away");
        }
    }

    /** Makes the app's repository and release v1, and last the file that makes it an app. */
    void create(AppState app, String by) {
        repositories.create(app.app());
        releases.createInitial(app, by);
        apps.put(app);
    }

    /** What should run of the app. Throws a {@link Refusal} if its state or its current release cannot be read. */
    Desired desired(AppName app) {
        return Desired.of(apps.get(app), releases.current(app));
    }

    /** Deletes all but the data of an app that was destroyed, or whose creation was cut off. */
    void deleteLeft(AppName app) {
        repositories.destroy(app);
        pipeline.forget(app);
        releases.forget(app);
    }

    /** Deletes the app's data folder, which it keeps across releases. */
    void deleteData(AppName app) {
        try {
            FileTree.delete(layout.data(app));
        } catch (IOException e) {
            throw new Refusal("cannot delete " + layout.data(app) + ": " + JsonStore.reason(e), e);
        }
    }
}
