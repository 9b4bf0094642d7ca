package dev.tinyserv.buildpacks.buildpack.node;

import dev.tinyserv.buildpacks.base.Refusal;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The packages in an app's source that are installed together with it: all folders with a package.json, as it makes no
 * difference if there are more than those that the app's workspaces name.
 */
final class WorkspacePackages {
    /** More than that are hardly one's own. */
    private static final int MOST = 500;

    private static final Set<String> OTHERS = Set.of(PackageJson.MODULES, ".git", ".yarn");

    private final Path app;
    private final List<Path> folders;

    private WorkspacePackages(Path app, List<Path> folders) {
        this.app = app;
        this.folders = List.copyOf(folders);
    }

    /** For an app that is one package. */
    static WorkspacePackages none(Path app) {
        return new WorkspacePackages(app, List.of());
    }

    /** Those in an app's folder before anything is installed; links are not followed. */
    static WorkspacePackages in(Path app) throws IOException {
        List<Path> folders = new ArrayList<>();
        Files.walkFileTree(app, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                return OTHERS.contains(String.valueOf(folder.getFileName()))
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.endsWith(PackageJson.NAME)
                        && attributes.isRegularFile()
                        && !file.equals(app.resolve(PackageJson.NAME))) {
                    folders.add(file.getParent());
                }
                return folders.size() > MOST ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
            }
        });
        Collections.sort(folders);
        return new WorkspacePackages(app, folders);
    }

    /** Where they are. */
    List<Path> folders() {
        return folders;
    }

    /** Where their modules are, relative to the app's folder. */
    List<String> modules() {
        return folders.stream()
                .map(folder -> app.relativize(folder) + "/" + PackageJson.MODULES)
                .toList();
    }

    /** Whether it is the folder of one of them. */
    boolean contains(Path folder) {
        return folders.contains(folder);
    }

    /** Files of those names in each of them, be they there or not, relative to the app's folder. */
    List<String> files(List<String> names) {
        return folders.stream()
                .flatMap(folder -> names.stream().map(name -> app.relativize(folder) + "/" + name))
                .toList();
    }

    /**
     * What about them says that an install does more than fill {@link #modules()}, and does it of more than their files
     * tell; empty if nothing does. Scripts may do anything, and programs are made executable.
     */
    Optional<String> inTheWayOfCopies(PackageManager manager) throws IOException {
        if (folders.size() > MOST) {
            return Optional.of("more than " + MOST + " packages");
        }
        for (Path folder : folders) {
            Path name = app.relativize(folder);
            if (Files.exists(folder.resolve(PackageJson.MODULES), LinkOption.NOFOLLOW_LINKS)) {
                return Optional.of("the committed " + name + "/" + PackageJson.MODULES);
            }
            try {
                PackageJson json = PackageJson.read(folder);
                if (!json.installScripts(manager).isEmpty()
                        || manager.buildsAddon(json, folder)
                        || json.hasPrograms()
                        || json.hasPatches()) {
                    return Optional.of("the scripts, programs or patches in " + name + "/" + PackageJson.NAME);
                }
            } catch (Refusal e) {
                return Optional.of(name + "/" + PackageJson.NAME + ", which cannot be read");
            }
        }
        return Optional.empty();
    }
}
