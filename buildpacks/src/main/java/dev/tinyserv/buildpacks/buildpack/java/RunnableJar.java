package dev.tinyserv.buildpacks.buildpack.java;

import dev.tinyserv.buildpacks.source.FileTree;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * A jar that a build made and that starts with {@code java -jar}.
 *
 * @param path where it is in the app's folder
 * @param springBoot whether it is Spring Boot's, which is told its port by a property
 */
record RunnableJar(String path, boolean springBoot) {
    private static final List<String> FOLDERS = List.of("target", "build/libs");
    /** Names that need no quotes in a command. */
    private static final Pattern NAME = Pattern.compile("[\\w.+][\\w.+-]*");

    private static final Pattern BESIDE =
            Pattern.compile("original-.*|.*-(sources|javadoc|plain|tests|test-fixtures)\\.jar");
    private static final int MAX_MANIFEST_BYTES = 64 * 1024;
    /** A manifest stands at the beginning, behind its folder. */
    private static final int FIRST_ENTRIES = 3;

    /** Those of the app; if it has none, those of the modules in its folders. Sorted by path. */
    static List<RunnableJar> findIn(Path app) throws IOException {
        List<RunnableJar> found = new ArrayList<>();
        addOfModule(app, "", found);
        if (found.isEmpty()) {
            for (Path module : sorted(app, "*")) {
                if (Files.isDirectory(module, LinkOption.NOFOLLOW_LINKS)) {
                    addOfModule(module, module.getFileName() + "/", found);
                }
            }
        }
        return found;
    }

    private static void addOfModule(Path module, String prefix, List<RunnableJar> found) throws IOException {
        for (String folder : FOLDERS) {
            Path made = module.resolve(folder);
            if (!Files.isDirectory(made, LinkOption.NOFOLLOW_LINKS)) {
                continue;
            }
            for (Path jar : sorted(made, "*.jar")) {
                if (!BESIDE.matcher(String.valueOf(jar.getFileName())).matches()) {
                    manifest(jar)
                            .filter(attributes -> attributes.getValue(Attributes.Name.MAIN_CLASS) != null)
                            .map(attributes -> of(prefix + folder + "/" + jar.getFileName(), attributes))
                            .ifPresent(found::add);
                }
            }
        }
    }

    private static RunnableJar of(String path, Attributes manifest) {
        return new RunnableJar(path, manifest.getValue("Spring-Boot-Version") != null);
    }

    private static List<Path> sorted(Path folder, String glob) throws IOException {
        List<Path> paths = new ArrayList<>();
        for (Path entry : FileTree.entries(folder, glob)) {
            if (NAME.matcher(String.valueOf(entry.getFileName())).matches()) {
                paths.add(entry);
            }
        }
        paths.sort(null);
        return paths;
    }

    /** Read as a stream: what an app makes must not fill the agent's memory, as the directory of a jar can. */
    private static Optional<Attributes> manifest(Path jar) {
        if (!Files.isRegularFile(jar, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(jar, LinkOption.NOFOLLOW_LINKS);
                ZipInputStream zip = new ZipInputStream(in)) {
            for (int i = 0; i < FIRST_ENTRIES; i++) {
                ZipEntry entry = zip.getNextEntry();
                if (entry == null) {
                    break;
                }
                if (entry.getName().equals(JarFile.MANIFEST_NAME)) {
                    byte[] content = zip.readNBytes(MAX_MANIFEST_BYTES);
                    return Optional.of(new Manifest(new ByteArrayInputStream(content)).getMainAttributes());
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty(); // no jar, or a damaged one
        }
        return Optional.empty();
    }

    /** The command that starts it. */
    String command() {
        return "java " + (springBoot ? "-Dserver.port=$PORT " : "") + "$JAVA_OPTS -jar " + path;
    }
}
