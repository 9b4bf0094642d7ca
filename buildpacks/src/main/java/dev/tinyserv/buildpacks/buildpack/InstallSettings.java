package dev.tinyserv.buildpacks.buildpack;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The settings that, besides a lock file, decide what a package manager installs: variables with its prefixes, its
 * files of settings, and variables and files that these name. Without them in a {@link Fingerprint}, a build could use
 * dependencies installed under other settings.
 */
public final class InstallSettings {
    private static final int MAX_BYTES = 1 << 20;
    private static final int MAX_FILE_BYTES = 64 << 20;
    private static final int MAX_FILES = 1000;

    /** As in files of npm, Yarn, Bun, pip and Pipenv, and as in a Gemfile. */
    private static final Pattern MENTIONED =
            Pattern.compile("\\$\\{?(\\w+)|\\bENV(?:\\[|\\.fetch[( ]|\\.key\\?[( ])\\s*[\"'](\\w+)[\"']");

    private static final Pattern BETWEEN_VALUES = Pattern.compile("[\\s,;:=]+");

    /** The commit, of which a build tells its programs. */
    private static final String COMMIT = "SOURCE_VERSION";

    private final Build build;
    private final Path folder;
    private final Map<String, String> environment;
    private final List<String> prefixes;
    private final Map<String, String> variables = new TreeMap<>();
    private final Set<Path> files = new TreeSet<>();
    private final Deque<Path> unread = new ArrayDeque<>();

    /**
     * The settings of a build.
     *
     * @param prefixes the prefixes of the names of variables, in any case
     */
    public InstallSettings(Build build, String... prefixes) {
        this.build = build;
        this.folder = build.folder().toAbsolutePath().normalize();
        this.environment = build.environment();
        this.prefixes = List.of(prefixes);
        environment.forEach((name, value) -> {
            if (isOne(name)) {
                addVariable(name, value);
            }
        });
    }

    private boolean isOne(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return prefixes.stream().anyMatch(prefix -> lower.startsWith(prefix.toLowerCase(Locale.ROOT)));
    }

    /** It may name a file of the app: other settings, constraints, another Gemfile. */
    private void addVariable(String name, String value) {
        if (variables.put(name, value) != null) {
            return;
        }
        addFile(value);
        for (String word : BETWEEN_VALUES.split(value, -1)) {
            addFile(word);
        }
    }

    private void addFile(String name) {
        try {
            Path file = folder.resolve(name).normalize();
            if (file.startsWith(folder) && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                if (files.add(file)) {
                    unread.add(file);
                }
            }
        } catch (InvalidPathException e) {
            // So it is no file.
        }
    }

    /** Adds files of the app that exist, by their names in its folder, with the variables that they mention. */
    public InstallSettings withFiles(Collection<String> names) {
        names.forEach(this::addFile);
        return this;
    }

    /** What a file mentions may name another file, and that mention more. */
    private void addMentioned() throws IOException {
        for (int read = 0; read < MAX_FILES && !unread.isEmpty(); read++) {
            addMentioned(unread.remove());
        }
    }

    private void addMentioned(Path file) throws IOException {
        byte[] content;
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            content = in.readNBytes(MAX_BYTES);
        }
        Matcher matcher = MENTIONED.matcher(new String(content, StandardCharsets.UTF_8));
        matcher.results().map(InstallSettings::name).forEach(name -> {
            String value = environment.get(name);
            if (value != null && !isOfTheBuild(name)) {
                addVariable(name, value);
            }
        });
    }

    private boolean isOfTheBuild(String name) {
        return name.equals(COMMIT) || build.run().mark().startsWith(name + "=");
    }

    /** Two builds differ in where they take place, which decides nothing: HOME, TMPDIR and others name such a folder. */
    private String withoutPlaces(String value) {
        return value.replace(build.temp().toString(), "").replace(build.tree().toString(), "");
    }

    private static String name(MatchResult mention) {
        return mention.group(1) == null ? mention.group(2) : mention.group(1);
    }

    /** Adds the files in a folder of the app, such as patches, at most 1,000 of them. */
    public InstallSettings withFolder(String name) throws IOException {
        Path part = folder.resolve(name);
        if (Files.isDirectory(part, LinkOption.NOFOLLOW_LINKS)) {
            try (Stream<Path> tree = Files.walk(part)) {
                tree.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                        .sorted()
                        .limit(MAX_FILES)
                        .forEach(files::add);
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        }
        return this;
    }

    /** Adds all these settings to a fingerprint. */
    public void addTo(Fingerprint key) throws IOException {
        addMentioned();
        variables.forEach((name, value) -> key.add(name + "=" + withoutPlaces(value)));
        for (Path file : files) {
            key.add(folder.relativize(file) + " " + Files.size(file));
            if (Files.size(file) <= MAX_FILE_BYTES) {
                key.add(file);
            }
        }
    }
}
