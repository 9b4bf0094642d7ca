package dev.tinyserv.buildpacks.buildpack;

import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.source.FileTree;
import dev.tinyserv.buildpacks.source.SourceText;
import dev.tinyserv.buildpacks.source.Words;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Mends files that were committed as Windows writes them: with CR LF, which neither shells nor the kernel understand,
 * with a byte order mark, or in UTF-16. In the folder of the build, generated scripts and start profiles are replaced
 * by copies without CR and mark, and {@linkplain ToolFiles files for tools} by copies without mark. The app's own files
 * stay as they are.
 */
public final class WindowsText {
    private static final int MOST_BYTES = 1 << 20;

    /** A lock file may be long. */
    private static final int MOST_BYTES_OF_TOOLS = 32 << 20;

    /** So much of a file shows its encoding. */
    private static final int BEGINNING = 64;

    /** The byte order mark of UTF-8, one character for each byte. */
    private static final String MARK = "\u00ef\u00bb\u00bf";

    /** What Maven, Gradle, Rails, Bundler, Django and the frameworks for PHP generate and call themselves. */
    private static final List<String> WRAPPERS = Words.of("""
            mvnw .mvn/jvm.config .mvn/maven.config .mvn/wrapper/maven-wrapper.properties gradlew manage.py artisan
            spark yii craft please bin/cake bin/console bin/rails bin/rake bin/bundle bin/setup bin/update
            bin/spring bin/yarn bin/vite bin/webpack bin/webpacker bin/shakapacker bin/importmap bin/puma
            bin/sidekiq bin/jobs bin/thrust
            """);

    private static final int LONGEST_NAME = 120;
    private static final String PROFILE = ".profile";
    private static final String PROFILES = ".profile.d";

    private WindowsText() {}

    /**
     * Refuses a file for tools in UTF-16 or UTF-32, naming it, and removes the byte order mark of others. Called before
     * anything of the app runs.
     */
    public static void mendToolFiles(Build build) throws IOException {
        for (String name : ToolFiles.NAMES) {
            Path file = build.folder().resolve(name);
            if (isOurs(build.folder(), file, MOST_BYTES_OF_TOOLS)) {
                requireUtf8(build, name);
                if (SourceText.isMarked(beginning(file))) {
                    String text = text(file);
                    replace(file, text.substring(MARK.length()));
                }
            }
        }
    }

    /** Refuses a start profile in UTF-16 or UTF-32, which no shell reads; names the file. */
    public static void requireReadableProfiles(Build build) throws IOException {
        for (String name : profiles(build.folder())) {
            requireUtf8(build, name);
        }
    }

    /** Replaces the wrappers in an app's folder, before anything of the app runs. */
    public static void mendWrappers(Build build) throws IOException {
        for (String name : WRAPPERS) {
            mend(build, name, "a copy without is run");
        }
    }

    /** Replaces start profiles, after the build has made its own. */
    public static void mendProfiles(Build build) throws IOException {
        requireReadableProfiles(build);
        for (String name : profiles(build.folder())) {
            mend(build, name, "it is read without");
        }
    }

    private static List<String> profiles(Path folder) throws IOException {
        List<String> names = new ArrayList<>(List.of(PROFILE));
        Path profiles = folder.resolve(PROFILES);
        if (Files.isDirectory(profiles, LinkOption.NOFOLLOW_LINKS)) {
            FileTree.entries(profiles, "*.sh").forEach(file -> names.add(PROFILES + "/" + file.getFileName()));
        }
        return names;
    }

    private static void requireUtf8(Build build, String name) throws IOException {
        Path file = build.folder().resolve(name);
        if (isOurs(build.folder(), file, Long.MAX_VALUE)) {
            Optional<String> other = SourceText.otherEncoding(beginning(file));
            if (other.isPresent()) {
                throw new Refusal(Printable.excerpt(build.inRepository(name), LONGEST_NAME) + " is " + other.get()
                        + "; save it as UTF-8");
            }
        }
    }

    private static void mend(Build build, String name, String done) throws IOException {
        Path file = build.folder().resolve(name);
        if (!isOurs(build.folder(), file, MOST_BYTES)) {
            return;
        }
        String text = text(file);
        String unmarked = text.startsWith(MARK) ? text.substring(MARK.length()) : text;
        String mended = unmarked.replace("\r\n", "\n");
        if (mended.equals(text) || text.indexOf(0) >= 0 || !(isRead(name) || unmarked.startsWith("#!"))) {
            return;
        }
        replace(file, mended);
        String known = build.inRepository(name);
        if (!mended.equals(unmarked)) {
            build.transcript()
                    .problem(known + " has lines that end with CR, as Windows writes them: " + done + "; `echo '"
                            + known + " text eol=lf' >>.gitattributes && git add --renormalize " + known
                            + " .gitattributes` mends it");
        }
        if (!unmarked.equals(text)) {
            build.transcript()
                    .problem(known + " begins with a byte order mark, as Windows writes it: " + done
                            + "; save it as UTF-8 without BOM");
        }
    }

    /** A regular file in the folder, through no link, of no more than so many bytes. */
    private static boolean isOurs(Path folder, Path file, long mostBytes) throws IOException {
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                && Files.size(file) <= mostBytes
                && file.resolveSibling("").toRealPath().startsWith(folder.toRealPath());
    }

    private static byte[] beginning(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            return in.readNBytes(BEGINNING);
        }
    }

    /** One character for each byte, whatever the encoding is. */
    private static String text(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            return new String(in.readNBytes(MOST_BYTES_OF_TOOLS), StandardCharsets.ISO_8859_1);
        }
    }

    /** These are settings and what a shell reads; of the others, whose names anything may have, only scripts count. */
    private static boolean isRead(String name) {
        return name.startsWith(".");
    }

    /** By another file: this one may be a hard link to a file that is kept. */
    private static void replace(Path file, String text) throws IOException {
        Path made = Files.createTempFile(file.resolveSibling(""), ".", ".tmp");
        try {
            Files.writeString(made, text, StandardCharsets.ISO_8859_1);
            Files.setPosixFilePermissions(made, Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS));
            Files.move(made, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(made);
        }
    }
}
