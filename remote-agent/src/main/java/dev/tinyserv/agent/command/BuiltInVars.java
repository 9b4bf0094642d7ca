package dev.tinyserv.agent.command;

import dev.tinyserv.agent.build.Slug;
import dev.tinyserv.agent.release.Release;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;

/** The config vars whose values bundlers write into the files that browsers get, so that only a build changes them. */
final class BuiltInVars {
    /** Of Next.js, Vite, Create React App, Nuxt, Gatsby, Expo, Vue CLI, Angular and Storybook. */
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

    /** Of Astro, SvelteKit and Rsbuild; elsewhere a name like any other. */
    private static final String PUBLIC = "PUBLIC_";

    private static final Pattern BUNDLING = Pattern.compile("\\b(?:node|bun|deno|static)\\b");

    private BuiltInVars() {}

    /** A line that names {@code redeploy}, behind a line end; empty where nothing changed of these, or nothing is built. */
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
