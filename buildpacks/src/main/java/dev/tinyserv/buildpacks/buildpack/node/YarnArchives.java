package dev.tinyserv.buildpacks.buildpack.node;

import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What Yarn 2 and later leaves of its downloads in an app: with Plug'n'Play modules are loaded from there. */
final class YarnArchives {
    private static final String CACHE = ".yarn/cache";
    private static final List<String> RESOLVERS = List.of(".pnp.cjs", ".pnp.data.json");
    private static final String ARCHIVE = ".zip";
    private static final String IN_PATH = ARCHIVE + "/";

    private final Path folder;
    private final boolean committed;

    /** To be made before an install. */
    YarnArchives(Path folder) {
        this.folder = folder;
        this.committed = Files.exists(folder.resolve(CACHE), LinkOption.NOFOLLOW_LINKS);
    }

    /** Deletes those that no module is loaded from, unless they are the app's own. */
    void deleteUnused() throws IOException {
        Path cache = folder.resolve(CACHE);
        if (committed || FileTree.isBehindLink(folder, cache) || !Files.isDirectory(cache, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Set<String> used = used();
        for (Path file : FileTree.entries(cache, "*")) {
            String name = file.getFileName().toString();
            if (name.endsWith(ARCHIVE) && !used.contains(name)) {
                Files.delete(file);
            }
        }
    }

    private Set<String> used() throws IOException {
        Set<String> used = new HashSet<>();
        for (String name : RESOLVERS) {
            Path resolver = folder.resolve(name);
            if (Files.isRegularFile(resolver, LinkOption.NOFOLLOW_LINKS)) {
                addNames(Files.readString(resolver, StandardCharsets.UTF_8), used);
            }
        }
        return used;
    }

    /** In the paths of modules archives stand like folders. */
    private static void addNames(String text, Set<String> names) {
        for (int at = text.indexOf(IN_PATH); at >= 0; at = text.indexOf(IN_PATH, at + 1)) {
            names.add(text.substring(text.lastIndexOf('/', at) + 1, at + ARCHIVE.length()));
        }
    }
}
