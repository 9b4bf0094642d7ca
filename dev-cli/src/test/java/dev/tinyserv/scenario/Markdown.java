package dev.tinyserv.scenario;

import dev.tinyserv.fixtures.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What tests ask of a document of the project; a part of it stands between {@code <!-- name -->} and its end. */
record Markdown(String text) {
    private static final Pattern FENCE = Pattern.compile("(?ms)^( *)```(\\w*)\\n(.*?)^\\1```$");
    private static final Pattern CODE = Pattern.compile("`([^`\\n]+)`");
    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");

    /** A fenced block. */
    record Block(String language, String text) {}

    static Markdown of(String file) {
        try {
            return new Markdown(Files.readString(Repository.root().resolve(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The paths of all documents of the project, from its root. */
    static List<String> documents() {
        Path root = Repository.root();
        try (Stream<Path> top = Files.list(root);
                Stream<Path> docs = Files.walk(root.resolve("docs"))) {
            return Stream.concat(top, docs)
                    .map(path -> root.relativize(path).toString())
                    .filter(name -> name.endsWith(".md"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Markdown part(String name) {
        String begin = "<!-- " + name + " -->\n";
        int from = text.indexOf(begin);
        int to = text.indexOf("<!-- /" + name + " -->");
        if (from < 0 || to < from) {
            throw new AssertionError("no part " + name);
        }
        return new Markdown(text.substring(from + begin.length(), to));
    }

    List<Block> blocks() {
        return FENCE.matcher(text)
                .results()
                .map(fence -> new Block(fence.group(2), unindented(fence.group(3), fence.group(1))))
                .toList();
    }

    private static String unindented(String text, String indent) {
        return text.lines()
                .map(line -> line.startsWith(indent) ? line.substring(indent.length()) : line)
                .map(line -> line + "\n")
                .collect(Collectors.joining());
    }

    /** The rows of the one table here without its head, each a list of cells. */
    List<List<String>> rows() {
        List<List<String>> rows = new ArrayList<>();
        for (String line : text.lines().filter(line -> line.startsWith("|")).toList()) {
            List<String> cells = new ArrayList<>();
            for (String cell : line.substring(1, line.lastIndexOf('|')).split("(?<!\\\\)\\|", -1)) {
                cells.add(cell.strip());
            }
            rows.add(cells);
        }
        return rows.subList(2, rows.size());
    }

    List<String> links() {
        return groups(LINK, text);
    }

    /** What stands in backquotes within lines of prose. */
    List<String> code() {
        return groups(CODE, FENCE.matcher(text).replaceAll(""));
    }

    /** The anchors of the headings, as GitHub makes them. */
    List<String> anchors() {
        return groups(HEADING, FENCE.matcher(text).replaceAll("")).stream()
                .map(heading -> heading.toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'))
                .toList();
    }

    private static List<String> groups(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(result -> result.group(1)).toList();
    }
}
