package dev.tinyserv.agent.release;

import dev.tinyserv.agent.app.ConfigVars;
import dev.tinyserv.agent.build.Slug;
import org.jspecify.annotations.Nullable;

/**
 * What a new release is to be: everything but its number.
 *
 * @param cause what it comes from
 * @param description what it is, in a few words
 * @param by who makes it
 * @param slug the code; null if there is none yet
 * @param env the config vars
 * @param branchWas the commit that the branch named before a push; null for none, or if nothing was pushed
 */
public record Change(
        Release.Cause cause,
        String description,
        String by,
        @Nullable Slug slug,
        ConfigVars env,
        @Nullable String branchWas) {
    /** One that is no push. */
    public Change(Release.Cause cause, String description, String by, @Nullable Slug slug, ConfigVars env) {
        this(cause, description, by, slug, env, null);
    }
}
