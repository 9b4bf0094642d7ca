package dev.tinyserv.buildpacks.buildpack.node;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The packages that an app takes from its own source instead of a registry. Their content can change while the lock
 * file stays as it is.
 *
 * @param tarballs the files that packages are unpacked from
 * @param foldersToo whether there are also folders that are packages, or links to what is not in the app's folder
 */
record LocalPackages(SortedSet<Path> tarballs, boolean foldersToo) {
    private static final JsonFactory JSON = new JsonFactory();

    /** The fields of a lock file, of version 1 and later, that say where a package comes from. */
    private static final Set<String> PLACES = Set.of("resolved", "version");

    private static final String FILE = "file:";
    /** Later versions of Yarn call the app itself a workspace, and their own patches have no path. */
    private static final Pattern MENTION =
            Pattern.compile("\\b(file|link|portal):|\\bworkspace:(?!\\.[\"',])|\\bpatch:.*#[~.]");

    private static final Pattern PATH = Pattern.compile("[./~].*|[^:]+\\.(tgz|tar|tar\\.gz)");

    /** Those that a lock file names; none if npm will refuse to read it. */
    static LocalPackages lockedIn(Path lock) throws IOException {
        Collector found = new Collector(lock.resolveSibling("."));
        try (InputStream in = Files.newInputStream(lock, LinkOption.NOFOLLOW_LINKS);
                JsonParser json = JSON.createParser(ObjectReadContext.empty(), in)) {
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token == JsonToken.VALUE_STRING && PLACES.contains(String.valueOf(json.currentName()))) {
                    found.addUrl(json.getString());
                } else if (token == JsonToken.VALUE_TRUE && "link".equals(json.currentName())) {
                    found.foldersToo = true;
                }
            }
        } catch (JacksonException e) {
            return new LocalPackages(new TreeSet<>(), false);
        }
        return found.all();
    }

    /** Whether a lock file of another package manager mentions any: then they count as folders. */
    static LocalPackages mentionedIn(Path lock) throws IOException {
        try (BufferedReader lines = Files.newBufferedReader(lock, StandardCharsets.ISO_8859_1)) {
            boolean any = lines.lines().anyMatch(line -> MENTION.matcher(line).find());
            return new LocalPackages(new TreeSet<>(), any);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Those that a {@code package.json} asks for. */
    static LocalPackages wantedBy(PackageJson app, Path folder) {
        Collector found = new Collector(folder);
        for (String place : app.places()) {
            if (PATH.matcher(place).matches()) {
                found.addUrl(FILE + place);
            } else {
                found.addUrl(place);
            }
        }
        return found.all();
    }

    private static final class Collector {
        private final Path folder;
        private final SortedSet<Path> tarballs = new TreeSet<>();
        private boolean foldersToo;

        Collector(Path folder) {
            this.folder = folder.toAbsolutePath().normalize();
        }

        void addUrl(String url) {
            if (!url.startsWith(FILE)) {
                return;
            }
            try {
                Path path = folder.resolve(url.substring(FILE.length())).normalize();
                if (path.startsWith(folder) && Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                    tarballs.add(path);
                    return;
                }
            } catch (InvalidPathException e) {
                // npm says what is wrong with it.
            }
            foldersToo = true;
        }

        LocalPackages all() {
            return new LocalPackages(tarballs, foldersToo);
        }
    }
}
