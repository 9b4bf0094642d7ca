package dev.tinyserv.agent.route.table;

import dev.tinyserv.buildpacks.buildpack.Site;

/** What the router answers itself while an app has no instance that takes requests. */
public sealed interface Otherwise {
    /**
     * The files of a site.
     *
     * @param site its folder is absolute
     */
    record Files(Site site) implements Otherwise {}

    /**
     * A page that says why there is nothing else.
     *
     * @param reason one line
     */
    record Page(String reason) implements Otherwise {}
}
