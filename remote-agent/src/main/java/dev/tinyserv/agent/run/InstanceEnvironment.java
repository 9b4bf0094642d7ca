package dev.tinyserv.agent.run;

import dev.tinyserv.agent.build.Slug;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.buildpacks.base.Refusal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The folder and the variables that a process of an app finds: none of the agent's but PATH and TZ. */
final class InstanceEnvironment {
    private static final String USUAL_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private final Layout layout;
    private final Map<String, String> ours;

    /**
     * Environments for instances.
     *
     * @param agents the agent's own variables
     */
    InstanceEnvironment(Layout layout, Map<String, String> agents) {
        this.layout = layout;
        this.ours = agents;
    }

    /** All variables but the runtime's mark. Config vars win over all but PORT and DYNO. */
    Map<String, String> of(Release release, InstanceRecord record) {
        Map<String, String> all = new HashMap<>();
        all.put("PATH", ours.getOrDefault("PATH", USUAL_PATH));
        all.put("LANG", "C.UTF-8");
        if (ours.containsKey("TZ")) {
            all.put("TZ", ours.get("TZ"));
        }
        Slug slug = release.slug();
        if (slug != null) {
            all.put("HOME", folder(release).toString());
            all.putAll(slug.environment());
        }
        all.putAll(aboutTheRelease(release));
        all.putAll(release.env().asMap());
        all.put("DYNO", record.name().toString());
        if (record.port() != null) {
            all.put("PORT", Integer.toString(record.port()));
        }
        return all;
    }

    private Map<String, String> aboutTheRelease(Release release) {
        Map<String, String> about = new HashMap<>();
        about.put("TINYSERV_APP", release.app().value());
        about.put("HEROKU_APP_NAME", release.app().value());
        about.put("TINYSERV_RELEASE", release.name());
        about.put("HEROKU_RELEASE_VERSION", release.name());
        about.put("TINYSERV_DATA_DIR", layout.data(release.app()).toString());
        if (release.commit() != null) {
            about.put("TINYSERV_COMMIT", release.commit());
            about.put("HEROKU_SLUG_COMMIT", release.commit());
        }
        return about;
    }

    /** The working folder of the release's processes. */
    Path folder(Release release) {
        return tree(release).resolve(codeOf(release).root());
    }

    /** The whole slug, of which {@link #folder} may be a part. */
    Path tree(Release release) {
        Path tree = layout.slug(release.app(), codeOf(release).id());
        if (!Files.isDirectory(tree)) {
            throw new Refusal(
                    "the built tree " + tree + " of " + release.name()
                            + " is gone; `tinyserv redeploy` builds it again, `tinyserv rollback` goes back to one that is there");
        }
        return tree;
    }

    private static Slug codeOf(Release release) {
        Slug slug = release.slug();
        if (slug == null) {
            throw new Refusal(release.name() + " of " + release.app() + " has no code yet; push some");
        }
        return slug;
    }
}
