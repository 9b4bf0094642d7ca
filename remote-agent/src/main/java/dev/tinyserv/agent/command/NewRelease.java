package dev.tinyserv.agent.command;

import dev.tinyserv.agent.release.Release;
import java.time.Instant;

/**
 * The release that a deed has made.
 *
 * @param release the release's name, such as {@code v7}
 * @param hint what people read behind its name; may be empty
 */
record NewRelease(String app, String release, String description, String hint) implements Facts {
    static NewRelease of(Release release, String hint) {
        return new NewRelease(
                release.app().value(), release.name(), release.making().description(), hint);
    }

    @Override
    public Text text(Instant now) {
        return new Text().line("done, " + release + hint);
    }
}
