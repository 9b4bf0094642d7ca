package dev.tinyserv.buildpacks.program;

import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.ShellWord;
import dev.tinyserv.buildpacks.source.SourceText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A file that was to be started.
 *
 * @param file the path of the file
 * @param name the name for messages: its path in the repository
 */
public record ProgramFile(Path file, String name) {
    private static final int BEGINNING = 4096;
    private static final int LONGEST_NAME = 120;
    private static final Pattern PLAIN = Pattern.compile("[\\w./+@,:%-]+");
    private static final String SHEBANG = "#!";

    /**
     * The reason why the file cannot be started; empty if none is found. Reads the file's beginning and starts nothing.
     *
     * @param path where {@code env} would look for its interpreter
     */
    public Optional<Obstacle> obstacle(ProgramPath path) {
        if (Files.isDirectory(file)) {
            return Optional.of(new Obstacle(shown() + " is a folder", "name a program in it"));
        }
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        byte[] content = beginning();
        Optional<Obstacle> encoding = encoding(content);
        if (encoding.isPresent()) {
            return encoding;
        }
        String text = new String(content, StandardCharsets.ISO_8859_1);
        if (text.startsWith(SHEBANG)) {
            String first = text.lines().findFirst().orElse(SHEBANG);
            if (text.startsWith("\r\n", first.length())) {
                return Optional.of(carriageReturn("the first line of " + shown() + " ends with CR"));
            }
            Optional<Obstacle> missing =
                    new Interpreter(first.substring(SHEBANG.length()).strip(), shown()).obstacle(path);
            return missing.or(this::notExecutable);
        }
        return BinaryFormat.of(content, file.toFile().length(), shown())
                .or(this::notExecutable)
                .or(this::lineEnds);
    }

    /** That it is a script in an encoding that neither the kernel nor a shell reads. */
    private Optional<Obstacle> encoding(byte[] content) {
        Optional<String> other = SourceText.otherEncoding(content);
        if (other.isPresent()) {
            return Optional.of(new Obstacle(shown() + " is " + other.get(), "save it as UTF-8, commit and push"));
        }
        return SourceText.isMarked(content)
                ? Optional.of(new Obstacle(
                        shown() + " begins with a byte order mark, as Windows writes it",
                        "save it as UTF-8 without BOM, commit and push"))
                : Optional.empty();
    }

    /** What is so about a script that a shell reads itself, so that it need not be executable. */
    Optional<Obstacle> unreadable() {
        return Files.isRegularFile(file) ? encoding(beginning()).or(this::lineEnds) : Optional.empty();
    }

    /** That it is a script whose lines end with CR; whether it may be executed or not. */
    Optional<Obstacle> lineEnds() {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        String text = new String(beginning(), StandardCharsets.ISO_8859_1);
        return text.contains("\r\n") && text.indexOf(0) < 0
                ? Optional.of(carriageReturn("lines of " + shown() + " end with CR"))
                : Optional.empty();
    }

    /** Where git heeds the modes of files it would take the one back with the next {@code git add}, without the chmod. */
    private Optional<Obstacle> notExecutable() {
        return Files.isExecutable(file)
                ? Optional.empty()
                : Optional.of(new Obstacle(
                        shown() + " is not executable",
                        "run `chmod +x " + word() + "` and `git add --chmod=+x " + word() + "`, commit and push"));
    }

    private Obstacle carriageReturn(String what) {
        return new Obstacle(
                what + ", as Windows writes lines",
                "run `echo '" + pattern() + " text eol=lf' >>.gitattributes && git add --renormalize " + word()
                        + " .gitattributes`, commit and push");
    }

    private String shown() {
        return Printable.excerpt(name, LONGEST_NAME);
    }

    /** As a shell reads it in a command. */
    private String word() {
        return PLAIN.matcher(name).matches() ? shown() : ShellWord.quoted(shown());
    }

    /** As git reads it in .gitattributes. */
    private String pattern() {
        return PLAIN.matcher(name).matches() ? shown() : '"' + shown() + '"';
    }

    private byte[] beginning() {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(BEGINNING);
        } catch (IOException e) {
            return new byte[0]; // it may be executed and not be read
        }
    }

    /**
     * The program that a first line names.
     *
     * @param line what is behind {@code #!}
     * @param script the script's name, for messages
     */
    private record Interpreter(String line, String script) {
        private static final Map<String, String> PACKAGES = Map.of(
                "node", "nodejs",
                "python", "python-is-python3",
                "python2", "python3 and write python3",
                "pip", "python3-pip",
                "php", "php-cli",
                "java", "default-jre-headless",
                "go", "golang-go",
                "ksh", "ksh93u+m");

        Optional<Obstacle> obstacle(ProgramPath path) {
            List<String> words = List.of(line.split("\\s+", -1));
            String program = words.get(0);
            if (program.isEmpty()) {
                return Optional.empty();
            }
            if (!Path.of(program).isAbsolute()) {
                return Optional.of(new Obstacle(
                        "the first line of " + script + " asks for " + Printable.excerpt(program, LONGEST_NAME)
                                + ", which is no path",
                        "write `#!/usr/bin/env " + Printable.excerpt(program, LONGEST_NAME)
                                + "` there, commit and push"));
            }
            if (!Files.isExecutable(Path.of(program))) {
                return Optional.of(missing(program, path));
            }
            boolean env = Path.of(program).endsWith("env");
            return words.stream()
                    .skip(1)
                    .filter(word -> env && !word.startsWith("-") && !word.contains("="))
                    .findFirst()
                    .filter(word -> path.find(word).isEmpty())
                    .map(word -> missing(word, path));
        }

        private Obstacle missing(String program, ProgramPath path) {
            String base = program.substring(program.lastIndexOf('/') + 1);
            String asks =
                    "the first line of " + script + " asks for " + Printable.excerpt(program, LONGEST_NAME) + ", which";
            if (!program.contains("/")) {
                return path.without(asks, onDebian(base));
            }
            return new Obstacle(
                    asks + " is not installed on the server",
                    path.find(base).isPresent()
                            ? "write `#!/usr/bin/env " + base + "` there, commit and push"
                            : onDebian(base));
        }

        private static String onDebian(String program) {
            return "on Debian: apt-get install "
                    + PACKAGES.getOrDefault(program, Printable.excerpt(program, LONGEST_NAME));
        }
    }
}
