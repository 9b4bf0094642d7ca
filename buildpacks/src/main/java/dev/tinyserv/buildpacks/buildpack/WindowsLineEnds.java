package dev.tinyserv.buildpacks.buildpack;

import dev.tinyserv.buildpacks.source.FolderFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Scripts that were committed as Windows writes them, each line with CR LF, which no shell and no kernel here
 * understands. Those that tools generate, and what is read before each process, are replaced by copies without CR in the
 * folder of the build; what the app has written itself is left to it.
 */
public final class WindowsLineEnds {
    private static final int MOST_BYTES = 1 << 20;

    /** What Maven, Gradle, Rails, Bundler, Django and the frameworks for PHP generate and call themselves. */
    private static final List<String> WRAPPERS = List.of(
            "mvnw",
            ".mvn/jvm.config",
            ".mvn/maven.config",
            ".mvn/wrapper/maven-wrapper.properties",
            "gradlew",
            "manage.py",
            "artisan",
            "spark",
            "yii",
            "craft",
            "please",
            "bin/cake",
            "bin/console",
            "bin/rails",
            "bin/rake",
            "bin/bundle",
            "bin/setup",
            "bin/update",
            "bin/spring",
            "bin/yarn",
            "bin/vite",
            "bin/webpack",
            "bin/webpacker",
            "bin/shakapacker",
            "bin/importmap",
            "bin/puma",
            "bin/sidekiq",
            "bin/jobs",
            "bin/thrust");

    private static final String PROFILE = ".profile";
    private static final String PROFILES = ".profile.d";

    private WindowsLineEnds() {}

    /** Replaces the wrappers in an app's folder, before anything of the app runs. */
    public static void leaveOutOfWrappers(Build build) throws IOException {
        for (String name : WRAPPERS) {
            if (leaveOut(build.folder(), name)) {
                tell(build, name, "a copy without is run");
            }
        }
    }

    /** Replaces what is read before each process of the app, when the build has made its own. */
    public static void leaveOutOfProfiles(Build build) throws IOException {
        List<String> names = new ArrayList<>(List.of(PROFILE));
        Path profiles = build.folder().resolve(PROFILES);
        if (Files.isDirectory(profiles, LinkOption.NOFOLLOW_LINKS)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(profiles, "*.sh")) {
                files.forEach(file -> names.add(PROFILES + "/" + file.getFileName()));
            }
        }
        for (String name : names) {
            if (leaveOut(build.folder(), name)) {
                tell(build, name, "it is read without");
            }
        }
    }

    private static void tell(Build build, String name, String done) {
        String known = build.inRepository(name);
        build.transcript()
                .problem(known + " has lines that end with CR, as Windows writes them: " + done + "; `echo '" + known
                        + " text eol=lf' >>.gitattributes && git add --renormalize " + known
                        + " .gitattributes` mends it");
    }

    private static boolean leaveOut(Path folder, String name) throws IOException {
        Path file = folder.resolve(name);
        boolean ours = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                && Files.size(file) <= MOST_BYTES
                && file.resolveSibling("").toRealPath().startsWith(folder.toRealPath());
        if (!ours) {
            return false;
        }
        // One character for each byte, whatever the encoding is.
        String text = FolderFile.read(folder, name, MOST_BYTES)
                .map(content -> new String(content, StandardCharsets.ISO_8859_1))
                .orElse("");
        if (!text.contains("\r\n") || text.indexOf(0) >= 0 || !(isRead(name) || text.startsWith("#!"))) {
            return false;
        }
        replace(file, text.replace("\r\n", "\n"));
        return true;
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
