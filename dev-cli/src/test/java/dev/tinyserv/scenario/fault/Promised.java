package dev.tinyserv.scenario.fault;

import dev.tinyserv.fixtures.Folders;
import dev.tinyserv.scenario.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What an acknowledgement rests on: files of states, releases, keys and the slugs that run, with their content, and refs
 * with their values, wherever they lie, because the repository's own housekeeping moves them.
 */
final class Promised {
    private static final Pattern NAMES = Pattern.compile(
            "apps/[^/.]+\\.json|releases/[^.]+\\.json|authorized_keys|repositories/[^/.]+/(HEAD|config)");

    private static final Pattern PACKED = Pattern.compile("([0-9a-f]{40}) (refs/.+)");

    private Promised() {}

    /** By path under the root. */
    static Map<String, String> in(Path root) {
        Map<String, String> files = new TreeMap<>();
        for (String folder : List.of("apps", "releases", "repositories")) {
            add(root, root.resolve(folder), files);
        }
        add(root, root.resolve("authorized_keys"), files);
        for (Path repository : repositories(root)) {
            refs(repository).forEach((name, value) -> files.put(root.relativize(repository) + " " + name, value));
        }
        for (Path slug : slugs(root)) {
            for (Path file : Folders.walk(slug)) {
                if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                    files.put(root.relativize(file).toString(), text(file));
                }
            }
        }
        return files;
    }

    private static void add(Path root, Path top, Map<String, String> files) {
        for (Path file : Files.exists(top) ? Folders.walk(top) : List.<Path>of()) {
            String name = root.relativize(file).toString();
            if (NAMES.matcher(name).matches() && Files.isRegularFile(file)) {
                files.put(name, text(file));
            }
        }
    }

    static List<Path> repositories(Path root) {
        try (Stream<Path> all = Files.list(root.resolve("repositories"))) {
            return all.filter(each -> !each.getFileName().toString().startsWith("."))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** By name. The loose ones are read first: one that is packed meanwhile is found then. */
    private static Map<String, String> refs(Path repository) {
        Map<String, String> loose = new TreeMap<>();
        for (Path file : Folders.walk(repository.resolve("refs"))) {
            if (Files.isRegularFile(file) && !file.toString().endsWith(".lock")) {
                textIfThere(file)
                        .ifPresent(text -> loose.put(repository.relativize(file).toString(), text.strip()));
            }
        }
        Map<String, String> all = new TreeMap<>();
        textIfThere(repository.resolve("packed-refs")).stream()
                .flatMap(String::lines)
                .map(PACKED::matcher)
                .filter(Matcher::matches)
                .forEach(line -> all.put(line.group(2), line.group(1)));
        all.putAll(loose);
        return all;
    }

    private static Optional<String> textIfThere(Path file) {
        try {
            return Optional.of(Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of the current releases; each of these must also be readable. */
    private static List<Path> slugs(Path root) {
        List<Path> slugs = new ArrayList<>();
        try (Stream<Path> releases = Files.list(root.resolve("releases"))) {
            for (Path file : releases.filter(Files::isRegularFile).toList()) {
                String slug = Json.of(text(file)).at("/slug").asString("");
                String app = file.getFileName().toString().replace(".json", "");
                if (!slug.isEmpty()) {
                    slugs.add(root.resolve("builds").resolve(app).resolve(slug));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return slugs;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
