package dev.tinyserv.agent.release;

import dev.tinyserv.agent.app.ConfigVars;
import dev.tinyserv.agent.build.Slug;
import org.jspecify.annotations.Nullable;

/**
 * What a new release is to be: everything but its number.
 *
 * @param cause what made it necessary
 * @param description what it is, in a few words
 * @param by who makes it
 * @param slug the code; null if there is none yet
 * @param env the config vars
 * @param branchWas the commit that the deploy branch named before a push; null for none, or without a push
 */
public record Change(
        Release.Cause cause,
        String description,
        String by,
        @Nullable Slug slug,
        ConfigVars env,
        @Nullable String branchWas) {
    /** A change without a push. */
    public Change(Release.Cause cause, String description, String by, @Nullable Slug slug, ConfigVars env) {
        this(cause, description, by, slug, env, null);
    }
}
