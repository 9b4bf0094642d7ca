package dev.tinyserv.buildpacks.buildpack;

import java.nio.file.Path;
import java.util.Objects;

/**
 * A folder of files that the router serves as they are, without a process.
 *
 * @param folder the folder: in a slug relative, empty for the whole slug; in a route absolute
 * @param cleanUrls whether {@code /about} finds {@code about.html}
 * @param singlePage whether a path that finds nothing gets {@code index.html}
 * @param notFound the page for a path that finds nothing, relative to the folder; it need not be there
 */
public record Site(String folder, boolean cleanUrls, boolean singlePage, String notFound) {
    /** Throws a {@link NullPointerException} if a part is missing. */
    public Site {
        Objects.requireNonNull(folder, "folder");
        Objects.requireNonNull(notFound, "notFound");
    }

    /** This site of a tree that is a folder of a larger one. */
    public Site below(String parent) {
        String all = parent.isEmpty() || folder.isEmpty() ? parent + folder : parent + "/" + folder;
        return new Site(all, cleanUrls, singlePage, notFound);
    }

    /** This site with the absolute folder in a slug. */
    public Site in(Path tree) {
        return new Site(tree.resolve(folder).toString(), cleanUrls, singlePage, notFound);
    }
}
