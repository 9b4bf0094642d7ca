package dev.tinyserv.buildpacks.buildpack.node;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
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
 * @param copies whether modules are made of anything else in the app, or of what is not in its folder
 * @param links whether there are links among the modules to folders that are packages
 */
record LocalPackages(SortedSet<Path> tarballs, boolean copies, boolean links) {
    private static final JsonFactory JSON = new JsonFactory();

    /** The fields of a lock file, of version 1 and later, that say where a package comes from. */
    private static final Set<String> PLACES = Set.of("resolved", "version");

    private static final String FILE = "file:";
    /** Not a key of YAML, which a package with such a name is; and the patches that Yarn itself brings have no path. */
    private static final Pattern COPY = Pattern.compile("(?<![\\w.-])file:(?=\\S)|\\bpatch:.*#[~.]");

    /** Later versions of Yarn call the app itself a workspace. */
    private static final Pattern LINK =
            Pattern.compile("(?<![\\w.-])(?:(?:link|portal):(?=\\S)|workspace:(?=\\S)(?!\\.[\"',]))");

    /**
     * What npm takes for a path, as its package npm-package-arg does: {@code a/b} is a repository on GitHub, and
     * {@code ~1.2.3} a range.
     */
    private static final Pattern PATH =
            Pattern.compile("[./].*|~/.*|[^:@#]+/[^:/#]+/.*|[^:]+\\.(?i:tgz|tar|tar\\.gz)", Pattern.DOTALL);

    private static final Pattern FILE_PLACE = Pattern.compile("(?i)file:.*", Pattern.DOTALL);
    private static final Pattern LINK_PLACE = Pattern.compile("(?:link|portal|workspace):.*", Pattern.DOTALL);
    private static final Pattern COPY_PLACE = Pattern.compile("(?:patch|exec):.*", Pattern.DOTALL);

    /** Those that a lock file names; none if npm will refuse to read it. */
    static LocalPackages lockedIn(Path lock) throws IOException {
        Collector found = new Collector(lock.resolveSibling("."));
        try (InputStream in = Files.newInputStream(lock, LinkOption.NOFOLLOW_LINKS);
                JsonParser json = JSON.createParser(ObjectReadContext.empty(), in)) {
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token == JsonToken.VALUE_STRING && PLACES.contains(String.valueOf(json.currentName()))) {
                    found.addUrl(json.getString());
                } else if (token == JsonToken.VALUE_TRUE && "link".equals(json.currentName())) {
                    found.links = true;
                }
            }
        } catch (JacksonException e) {
            return new LocalPackages(new TreeSet<>(), false, false);
        }
        return found.all();
    }

    /** What a lock file of another package manager mentions; tarballs count as copies of what is not known. */
    static LocalPackages mentionedIn(Path lock) throws IOException {
        boolean copies = false;
        boolean links = false;
        try (BufferedReader lines = Files.newBufferedReader(lock, StandardCharsets.ISO_8859_1)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                copies |= COPY.matcher(line).find();
                links |= LINK.matcher(line).find();
            }
        }
        return new LocalPackages(new TreeSet<>(), copies, links);
    }

    /** Those that a {@code package.json} asks for. */
    static LocalPackages wantedBy(PackageJson app, Path folder) {
        Collector found = new Collector(folder);
        app.places().forEach(found::addPlace);
        return found.all();
    }

    private static final class Collector {
        private final Path folder;
        private final SortedSet<Path> tarballs = new TreeSet<>();
        private boolean copies;
        private boolean links;

        Collector(Path folder) {
            this.folder = folder.toAbsolutePath().normalize();
        }

        /** What a package.json says where a package is. */
        void addPlace(String place) {
            if (PATH.matcher(place).matches()) {
                addUrl(FILE + place);
            } else if (FILE_PLACE.matcher(place).matches()) {
                addUrl(FILE + place.substring(FILE.length()));
            }
            links |= LINK_PLACE.matcher(place).matches();
            copies |= COPY_PLACE.matcher(place).matches();
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
            copies = true;
        }

        LocalPackages all() {
            return new LocalPackages(tarballs, copies, links);
        }
    }
}
