package dev.tinyserv.agent.route.table;

import dev.tinyserv.buildpacks.buildpack.Site;

/** What the router answers itself while an app has no instance that takes requests. */
public sealed interface Otherwise {
    /**
     * The files of a site.
     *
     * @param site the site, with an absolute folder
     */
    record Files(Site site) implements Otherwise {}

    /**
     * A page with the reason.
     *
     * @param reason one line
     */
    record Page(String reason) implements Otherwise {}
}
