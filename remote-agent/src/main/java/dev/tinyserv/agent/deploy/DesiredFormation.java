package dev.tinyserv.agent.deploy;

import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.app.Formation;
import dev.tinyserv.agent.release.Release;

/**
 * What a release makes of the formation of its app: types that are new get their number, and app.json may enforce one.
 * That is written once the release is current. Whoever reads an app's state before, as after a killed agent, comes to
 * the same.
 */
final class DesiredFormation {
    private DesiredFormation() {}

    /** The app's state with a formation that heeds the release; as it is if it does so already. */
    static AppState heeding(AppState app, Release release) {
        if (release.slug() == null || app.scale().formedBy() >= release.version()) {
            return app;
        }
        boolean deployed = switch (release.making().cause()) {
            case PUSH, REDEPLOY -> true;
            case CREATE, CONFIG, ROLLBACK -> false;
        };
        Formation formation = release.manifest().formation(app.scale().formation(), release.types(), deployed);
        return app.withScale(app.scale().formed(formation, release.version()));
    }
}
