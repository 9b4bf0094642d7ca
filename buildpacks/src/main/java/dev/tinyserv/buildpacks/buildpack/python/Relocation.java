package dev.tinyserv.buildpacks.buildpack.python;

import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Makes a virtual environment work wherever its slug lies: package managers write absolute paths into it, and a slug is
 * renamed after its build, and its environment copied to later ones.
 */
final class Relocation {
    private static final int MAX_BYTES = 1024 * 1024;

    /** A shell runs the Python beside the script on it, and Python takes that line for a text; uv does the same. */
    private static final String HEAD = """
            #!/bin/sh
            '''exec' "$(dirname -- "$(realpath -- "$0")")/python"%s "$0" "$@"
            ' '''
            """;

    private static final String ACTIVATE = """
            # Source this in the app's folder.
            export VIRTUAL_ENV="$PWD/.venv"
            export PATH="$VIRTUAL_ENV/bin:$PATH"
            unset PYTHONHOME
            """;

    private final Set<Path> folders = new LinkedHashSet<>();
    private final VirtualEnvironment environment;

    /** Of the environment in that app's folder, which may be known by another path, too. */
    Relocation(Path folder, VirtualEnvironment environment) throws IOException {
        folders.add(folder.toAbsolutePath());
        folders.add(folder.toRealPath());
        this.environment = environment;
    }

    void run() throws IOException {
        Path bin = environment.folder().resolve("bin");
        change(environment.folder(), "pyvenv.cfg", this::withoutPaths);
        change(bin, "*", this::script);
        change(bin, "activate", text -> holdsPath(text) ? ACTIVATE : text);
        // Those for other shells, which no Procfile runs in.
        delete(bin, "[aA]ctivate?*");
        for (Path packages : environment.sitePackages()) {
            UnaryOperator<String> lines = text -> linesFrom(packages, text);
            change(packages, "*.pth", lines);
            change(packages, "*.egg-link", lines);
            change(packages, "__editable__*.py", text -> finder(packages, text));
            for (Path info : FileTree.entries(packages, "*.dist-info")) {
                change(info, "RECORD", lines);
                change(info, "METADATA", this::withoutPlaces);
                delete(info, "direct_url.json");
            }
        }
    }

    private boolean holdsPath(String text) {
        return folders.stream().anyMatch(folder -> text.contains(raw(folder)));
    }

    private String withoutPaths(String text) {
        return text.lines().filter(line -> !holdsPath(line)).collect(Collectors.joining("\n", "", "\n"));
    }

    private String script(String text) {
        if (!text.startsWith("#!")) {
            return text;
        }
        Matcher head = Pattern.compile("#!(?:/bin/sh\\n'''exec' )?\"?(?:" + prefixes() + ")/\\.venv/bin/[\\w.]+\"?"
                        + "(?: \"\\$0\" \"\\$@\"\\n' '''|([^\\n]*))\\n")
                .matcher(text);
        if (!head.lookingAt()) {
            return text;
        }
        String arguments = head.group(1) == null ? "" : head.group(1);
        return HEAD.formatted(arguments) + text.substring(head.end());
    }

    private String prefixes() {
        return folders.stream().map(folder -> Pattern.quote(raw(folder))).collect(Collectors.joining("|"));
    }

    /** Python takes a relative line of such a file from the file's folder. */
    private String linesFrom(Path packages, String text) {
        return Pattern.compile("^(?:" + prefixes() + ")(?=/|$)", Pattern.MULTILINE)
                .matcher(text)
                .replaceAll(Matcher.quoteReplacement(up(packages)));
    }

    /** What setuptools writes for a package that is installed in place. */
    private String finder(Path packages, String text) {
        return Pattern.compile("'(?:" + prefixes() + ")((?:/[^'\\\\\\n]*)?)'")
                .matcher(text)
                .replaceAll("__import__('os').path.abspath(__file__ + '/../" + up(packages) + "$1')");
    }

    /** A requirement that is installed already needs no place to come from. */
    private String withoutPlaces(String text) {
        return Pattern.compile(" @ file://(?:" + prefixes() + ")\\S*")
                .matcher(text)
                .replaceAll("");
    }

    private String up(Path packages) {
        return packages.relativize(environment.folder().resolveSibling("")).toString();
    }

    private void change(Path folder, String names, UnaryOperator<String> change) throws IOException {
        for (Path file : files(folder, names)) {
            String text = Files.size(file) > MAX_BYTES ? "" : Files.readString(file, StandardCharsets.ISO_8859_1);
            String changed = holdsPath(text) ? change.apply(text) : text;
            if (!changed.equals(text)) {
                Files.writeString(file, changed, StandardCharsets.ISO_8859_1);
            }
        }
    }

    private void delete(Path folder, String names) throws IOException {
        for (Path file : files(folder, names)) {
            if (Files.size(file) <= MAX_BYTES && holdsPath(Files.readString(file, StandardCharsets.ISO_8859_1))) {
                Files.delete(file);
            }
        }
    }

    private List<Path> files(Path folder, String names) throws IOException {
        Path app = environment.folder().resolveSibling("");
        if (FileTree.isBehindLink(app, folder) || !Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        return FileTree.entries(folder, names).stream()
                .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                .toList();
    }

    /** A path as it looks in a file that is read byte by byte: programs may lie beside scripts. */
    private static String raw(Path path) {
        return new String(path.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
