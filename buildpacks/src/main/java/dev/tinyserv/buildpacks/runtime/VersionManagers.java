package dev.tinyserv.buildpacks.runtime;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where mise, nvm, pyenv, rbenv, goenv, SDKMAN, Go's own downloads and Debian keep several versions of a runtime side by
 * side: a folder each, named after the version, with the programs in {@code bin}.
 */
final class VersionManagers {
    private static final Pattern JAVA_VERSION = Pattern.compile("^JAVA_VERSION=\"([^\"]{1,40})\"", Pattern.MULTILINE);
    private static final int MAX_RELEASE_BYTES = 64 * 1024;

    private final Map<String, String> environment;

    /** Those of the user with this environment. */
    VersionManagers(Map<String, String> environment) {
        this.environment = environment;
    }

    /** What they have of a kind, the newest first. */
    List<Installed> installed(RuntimeKind kind) {
        List<Installed> found = new ArrayList<>();
        for (Path folder : folders(kind)) {
            addFrom(folder, kind, found);
        }
        found.sort(Comparator.comparing(Installed::version).reversed());
        return found;
    }

    private List<Path> folders(RuntimeKind kind) {
        List<Path> folders = new ArrayList<>();
        home("MISE_DATA_DIR", ".local/share/mise")
                .ifPresent(home -> folders.add(home.resolve("installs/" + kind.label())));
        switch (kind) {
            case NODE -> home("NVM_DIR", ".nvm").ifPresent(home -> folders.add(home.resolve("versions/node")));
            case PYTHON -> home("PYENV_ROOT", ".pyenv").ifPresent(home -> folders.add(home.resolve("versions")));
            case RUBY -> home("RBENV_ROOT", ".rbenv").ifPresent(home -> folders.add(home.resolve("versions")));
            case JAVA -> {
                home("SDKMAN_DIR", ".sdkman").ifPresent(home -> folders.add(home.resolve("candidates/java")));
                folders.add(Path.of("/usr/lib/jvm"));
            }
            case GO -> {
                home("GOENV_ROOT", ".goenv").ifPresent(home -> folders.add(home.resolve("versions")));
                belowHome("sdk").ifPresent(folders::add);
                folders.add(Path.of("/usr/local"));
                folders.add(Path.of("/usr/lib"));
            }
            default -> {}
        }
        return folders;
    }

    private Optional<Path> home(String variable, String belowHome) {
        String folder = environment.getOrDefault(variable, "");
        return folder.startsWith("/") ? Optional.of(Path.of(folder)) : belowHome(belowHome);
    }

    private Optional<Path> belowHome(String path) {
        String home = environment.getOrDefault("HOME", "");
        return home.startsWith("/") ? Optional.of(Path.of(home, path)) : Optional.empty();
    }

    /** Links beside the folders are other names of the same, such as {@code latest}. */
    private static void addFrom(Path folder, RuntimeKind kind, List<Installed> found) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (DirectoryStream<Path> versions = Files.newDirectoryStream(folder)) {
            for (Path version : versions) {
                Path bin = version.resolve("bin");
                if (Files.isDirectory(version, LinkOption.NOFOLLOW_LINKS)
                        && Files.isExecutable(bin.resolve(kind.program()))) {
                    versionOf(version, kind).ifPresent(number -> found.add(new Installed(number, bin)));
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            return; // a folder of somebody else, which we may not read
        }
    }

    /** Empty, too, for one whose files we may not read: those beside it are of use. */
    private static Optional<Version> versionOf(Path folder, RuntimeKind kind) {
        try {
            return readVersion(folder, kind);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<Version> readVersion(Path folder, RuntimeKind kind) throws IOException {
        Path release = folder.resolve("release");
        // The folder of a JDK may be named after its vendor, its architecture, or anything.
        if (kind == RuntimeKind.JAVA && Files.isRegularFile(release) && Files.size(release) <= MAX_RELEASE_BYTES) {
            Matcher line = JAVA_VERSION.matcher(text(release));
            return line.find() ? Version.parse(line.group(1)).map(kind::counted) : Optional.empty();
        }
        Path goVersion = folder.resolve("VERSION");
        // Nor do the folders go-1.22 and /usr/local/go tell all of it.
        if (kind == RuntimeKind.GO && Files.isRegularFile(goVersion) && Files.size(goVersion) <= MAX_RELEASE_BYTES) {
            return Version.findIn(text(goVersion));
        }
        return Version.parse(String.valueOf(folder.getFileName()));
    }

    /** What counts in it is ASCII; a vendor's name beside that may be in any encoding. */
    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.ISO_8859_1);
    }
}
