package dev.tinyserv.buildpacks.runtime;

import dev.tinyserv.buildpacks.source.FolderFile;
import dev.tinyserv.buildpacks.source.SourceText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the files in which version managers keep the version that an app wants. Names for any version, such as {@code
 * lts/*}, are no wish. A text that is no version is a wish that none fulfils, so that the pusher is told.
 */
public final class VersionFiles {
    private static final String TOOL_VERSIONS = ".tool-versions";
    private static final int MAX_BYTES = 16 * 1024;

    /** These hold tasks, too. */
    private static final List<String> MISE = List.of("mise.toml", ".mise.toml");

    private static final int MAX_BYTES_OF_MISE = 1024 * 1024;

    /** {@code node = "22"}, {@code node = ["22", "20"]} or {@code node = {version = "22"}}. */
    private static final Pattern MISE_TOOL = Pattern.compile(
            "^\\s{0,20}\"?([\\w-]{1,40})\"?\\s{0,20}=\\s{0,20}(?:\\[\\s{0,20}|\\{\\s{0,20}version\\s{0,20}=\\s{0,20})?"
                    + "[\"']([^\"']{0,100})[\"']");

    private static final Set<String> WHATEVER =
            Set.of("lts/*", "lts", "node", "stable", "latest", "current", "system", "default");

    /** A vendor or language may stand before the numbers: {@code temurin-jre-21}, {@code ruby-3.2.1}, {@code go1.22}. */
    private static final Pattern FORM =
            Pattern.compile("(?i)(?:[a-z][a-z0-9]*-(?:[a-z]+-)?|cpython@|(?:go|python|ruby|node|jdk|java|bun|deno) ?)?"
                    + "(v?\\d+(?:\\.\\d+)*(?:\\.[xX*])?)([-+_a-z].*)?");

    /** As asdf and mise write the newest of those that begin so. */
    private static final Pattern NEWEST = Pattern.compile("(?i)(?:latest|prefix):(?=v?\\d)");

    private static final Pattern COMMENT = Pattern.compile("(?:^|\\s)#.*");

    private VersionFiles() {}

    /** The wish in a file that holds only a version, such as {@code .nvmrc}. */
    public static Optional<Wish> plain(Path folder, String name) throws IOException {
        return firstLine(read(folder, name)).flatMap(text -> wish(text, name));
    }

    /** The wish in {@code .tool-versions}, a line for each tool with its versions, or in {@code mise.toml}. */
    public static Optional<Wish> toolVersions(Path folder, RuntimeKind kind) throws IOException {
        return toolVersions(folder, kind::isCalled);
    }

    /** The same for a program beside the runtimes, by its name. */
    public static Optional<Wish> toolVersions(Path folder, String program) throws IOException {
        return toolVersions(folder, program::equals);
    }

    private static Optional<Wish> toolVersions(Path folder, Predicate<String> isCalled) throws IOException {
        for (String line : read(folder, TOOL_VERSIONS).lines().toList()) {
            String[] words = line.strip().split("\\s+", -1);
            if (words.length > 1 && isCalled.test(words[0])) {
                return wish(words[1], TOOL_VERSIONS);
            }
        }
        return mise(folder, isCalled);
    }

    /** Reads one place in which an app may say a version. */
    @FunctionalInterface
    public interface Place {
        /** The wish in this place. */
        Optional<Wish> read() throws IOException;
    }

    /** The wish in the first of these places that has one. Later places are not read. */
    public static Optional<Wish> first(Place... places) throws IOException {
        for (Place place : places) {
            Optional<Wish> wish = place.read();
            if (wish.isPresent()) {
                return wish;
            }
        }
        return Optional.empty();
    }

    /** What an app says in the table of tools of {@code mise.toml}, of several versions the first. */
    private static Optional<Wish> mise(Path folder, Predicate<String> isCalled) throws IOException {
        for (String name : MISE) {
            boolean tools = false;
            for (String line : read(folder, name, MAX_BYTES_OF_MISE).lines().toList()) {
                Matcher tool = MISE_TOOL.matcher(line);
                if (line.strip().startsWith("[")) {
                    tools = line.strip().startsWith("[tools]");
                } else if (tools && tool.find() && isCalled.test(tool.group(1))) {
                    return wish(tool.group(2), name);
                }
            }
        }
        return Optional.empty();
    }

    /** The wish in a file of lines {@code key=version}, such as {@code system.properties}. */
    public static Optional<Wish> property(Path folder, String name, String key) throws IOException {
        for (String line : read(folder, name).lines().toList()) {
            int equals = line.indexOf('=');
            if (equals >= 0 && line.substring(0, equals).strip().equals(key)) {
                return wish(line.substring(equals + 1).strip(), name);
            }
        }
        return Optional.empty();
    }

    /** Whether the text is a name for any version. */
    public static boolean isWhatever(String text) {
        return WHATEVER.contains(text.toLowerCase(Locale.ROOT));
    }

    private static Optional<String> firstLine(String text) {
        return text.lines()
                .map(line -> COMMENT.matcher(line).replaceFirst("").strip())
                .filter(line -> !line.isEmpty())
                .findFirst();
    }

    private static Optional<Wish> wish(String text, String file) {
        if (text.isEmpty() || isWhatever(text)) {
            return Optional.empty();
        }
        return Optional.of(new Wish(text, file, range(text)));
    }

    /** A version before a release, such as {@code 3.14.0rc2}, means itself; else any that begins with these numbers. */
    private static VersionRange range(String text) {
        Matcher parts = FORM.matcher(NEWEST.matcher(text).replaceFirst(""));
        if (!parts.matches()) {
            return VersionRange.none();
        }
        String rest = parts.group(2) == null ? "" : parts.group(2);
        Optional<Version> exact = Version.parse(parts.group(1) + rest)
                .filter(version -> !version.before().isEmpty());
        if (exact.isPresent()) {
            return exact.get()::equals;
        }
        boolean known = rest.isEmpty() || "-+_".indexOf(rest.charAt(0)) >= 0;
        return VersionPrefix.parse(parts.group(1))
                .filter(prefix -> known)
                .map(VersionRange::of)
                .orElseGet(VersionRange::none);
    }

    private static String read(Path folder, String name) throws IOException {
        return read(folder, name, MAX_BYTES);
    }

    private static String read(Path folder, String name, int limit) throws IOException {
        return FolderFile.read(folder, name, limit)
                .map(content -> SourceText.decode(name, content))
                .orElse("");
    }
}
