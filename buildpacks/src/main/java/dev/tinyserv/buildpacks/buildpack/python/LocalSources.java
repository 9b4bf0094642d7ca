package dev.tinyserv.buildpacks.buildpack.python;

import dev.tinyserv.buildpacks.buildpack.Fingerprint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What an app installs from its own source: wheels, folders with packages, further lists of packages. Its content can
 * change while the file that names it does not. Whatever looks like a path and is one counts: one too many does no harm.
 */
final class LocalSources {
    private static final int MAX_BYTES = 16 * 1024 * 1024;
    private static final int MAX_LISTS = 50;
    private static final int MAX_FILES = 5000;

    private static final Pattern QUOTED = Pattern.compile("\"([^\"\\n]{1,300})\"");
    private static final Pattern LIST = Pattern.compile("(?:-r|-c|--requirement|--constraint)[\\s=]*(\\S+).*");
    private static final Pattern PLACE = Pattern.compile("(?:-e|-f|--editable|--find-links)[\\s=]+(\\S+).*");
    private static final Pattern ARCHIVE = Pattern.compile(".+\\.(?:whl|zip|tar\\.gz|tgz|tar\\.bz2)");
    private static final Pattern BRANCH = Pattern.compile("(?:git|hg|svn|bzr)\\+(?!.*@[0-9a-f]{40}).*");

    private final Path folder;
    private final NavigableSet<Path> files = new TreeSet<>();
    private final Set<Path> lists = new HashSet<>();
    private boolean known = true;

    LocalSources(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
    }

    /** Looks for them in files of the app. */
    void addAllOf(List<String> names) throws IOException {
        for (String name : names) {
            if (name.equals("requirements.txt")) {
                addLists(folder.resolve(name));
            } else {
                addQuoted(folder.resolve(name));
            }
        }
    }

    /** Whether the same files always bring the same packages; not so if one is a branch, or outside the app. */
    boolean areKnown() {
        return known;
    }

    /** The lists of packages that were read, by their names in the app's folder. */
    List<String> lists() {
        return lists.stream()
                .filter(list -> list.startsWith(folder))
                .map(list -> folder.relativize(list).toString())
                .sorted()
                .toList();
    }

    /** Adds their content. */
    void addTo(Fingerprint key) throws IOException {
        for (Path file : files) {
            key.add(folder.relativize(file).toString()).add(file);
        }
    }

    private void addQuoted(Path file) throws IOException {
        Optional<String> text = AppText.read(file, MAX_BYTES);
        known &= text.isPresent();
        // uv names the app itself so when it is no package.
        Matcher quoted = QUOTED.matcher(text.orElse("").replace("virtual = \".\"", ""));
        while (quoted.find()) {
            String place = quoted.group(1);
            known &= !BRANCH.matcher(place).matches();
            if (place.equals(".")
                    || place.contains("/")
                    || ARCHIVE.matcher(place).matches()) {
                add(place, folder);
            }
        }
    }

    private void addLists(Path first) throws IOException {
        Deque<Path> waiting = new ArrayDeque<>(List.of(first));
        while (!waiting.isEmpty()) {
            Path list = waiting.remove();
            if (!lists.add(list)) {
                continue;
            }
            Optional<String> text = AppText.read(list, MAX_BYTES);
            if (text.isEmpty() || !list.startsWith(folder) || lists.size() > MAX_LISTS) {
                known = false;
                return;
            }
            files.add(list);
            for (String line : text.get().lines().map(String::strip).toList()) {
                Matcher other = LIST.matcher(line);
                if (other.matches()) {
                    resolve(other.group(1), list.resolveSibling("")).ifPresentOrElse(waiting::add, () -> known = false);
                } else if (!line.startsWith("#")) {
                    addLine(line, list.resolveSibling(""));
                }
            }
        }
    }

    /** A requirement's path is one from the working folder, that of {@code --find-links} one from its file. */
    private void addLine(String line, Path beside) throws IOException {
        Matcher option = PLACE.matcher(line);
        for (String word : option.matches() ? List.of(option.group(1)) : List.of(line.split("[\\s;]+", -1))) {
            known &= !BRANCH.matcher(word).matches();
            String place = word.replaceFirst("^file:(?://)?", "").replaceFirst("[\\[#].*", "");
            boolean path = option.matches() || place.startsWith(".") || place.contains("/");
            if (path || ARCHIVE.matcher(place).matches()) {
                add(place, folder);
                add(place, beside);
            }
        }
    }

    private Optional<Path> resolve(String place, Path base) {
        try {
            return Optional.of(base.resolve(place).normalize());
        } catch (InvalidPathException e) {
            return Optional.empty(); // pip says what is wrong with it
        }
    }

    private void add(String place, Path base) throws IOException {
        Optional<Path> path = resolve(place, base);
        if (path.isEmpty() || !Files.exists(path.get(), LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!path.get().startsWith(folder)) {
            known = false;
            return;
        }
        try (Stream<Path> tree = Files.walk(path.get())) {
            tree.limit(MAX_FILES + 1L)
                    .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .forEach(files::add);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        known &= files.size() <= MAX_FILES;
    }
}
