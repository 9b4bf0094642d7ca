package dev.tinyserv.agent.command;

import dev.tinyserv.agent.build.Slug;
import dev.tinyserv.agent.release.Release;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;

/** Config vars whose values bundlers write into the files for browsers, so that a change needs a build. */
final class BuiltInVars {
    /** The prefixes of Next.js, Vite, Create React App, Nuxt, Gatsby, Expo, Vue CLI, Angular and Storybook. */
    private static final List<String> PREFIXES = List.of(
            "NEXT_PUBLIC_",
            "VITE_",
            "REACT_APP_",
            "NUXT_PUBLIC_",
            "GATSBY_",
            "EXPO_PUBLIC_",
            "VUE_APP_",
            "NG_APP_",
            "STORYBOOK_");

    /** The prefix of Astro, SvelteKit and Rsbuild. Elsewhere a name like any other. */
    private static final String PUBLIC = "PUBLIC_";

    private static final Pattern BUNDLING = Pattern.compile("\\b(?:node|bun|deno|static)\\b");

    private BuiltInVars() {}

    /** A line end and a hint at {@code redeploy}; empty if no such var was changed or the app has no slug. */
    static String hint(Release release, Collection<String> changed) {
        Slug slug = release.slug();
        boolean bundles = slug != null && BUNDLING.matcher(slug.buildpack()).find();
        List<String> builtIn = changed.stream()
                .filter(name -> PREFIXES.stream().anyMatch(name::startsWith) || (bundles && name.startsWith(PUBLIC)))
                .sorted()
                .toList();
        if (builtIn.isEmpty() || slug == null) {
            return "";
        }
        return "\n" + String.join(", ", builtIn) + (builtIn.size() == 1 ? " is" : " are")
                + " built into the files that browsers get: `tinyserv redeploy -a " + release.app()
                + "` builds them anew";
    }
}
