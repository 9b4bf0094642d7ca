package dev.tinyserv.agent.git;

import dev.tinyserv.agent.store.DurableFile;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Syncs what git wrote to the disk, with its folders. Neither JGit nor C git syncs folders: a power cut would lose a
 * ref that was reported as moved. Safe for several threads.
 */
final class Durability {
    /** The packs known to be on disk, as name, inode and time, for each folder of packs. */
    private final Map<Path, Set<String>> known = new ConcurrentHashMap<>();

    /** Syncs all packs that came since the last call, and their folders. */
    void packs(Path repository) throws IOException {
        Path objects = repository.resolve("objects");
        Path folder = objects.resolve("pack");
        Set<String> before = known.getOrDefault(folder, Set.of());
        Set<String> now = new HashSet<>();
        List<Path> fresh = new ArrayList<>();
        for (Path file : FileTree.entries(folder, "*.{pack,idx}")) {
            String identity = identity(file);
            now.add(identity);
            if (!before.contains(identity)) {
                fresh.add(file);
            }
        }
        if (!fresh.isEmpty()) {
            for (Path file : fresh) {
                DurableFile.sync(file);
            }
            DurableFile.sync(folder);
            DurableFile.sync(objects);
        }
        known.put(folder, now);
    }

    /** Syncs refs that were written or deleted: their files, the packed ones, and all folders on the way. */
    void refs(Path repository, Collection<String> names) throws IOException {
        Set<Path> folders = new HashSet<>();
        folders.add(repository);
        for (String name : names) {
            Path file = repository.resolve(name);
            syncFileIfThere(file);
            for (Path up = file.getParent(); up != null && !up.equals(repository); up = up.getParent()) {
                folders.add(up);
            }
        }
        syncFileIfThere(repository.resolve("packed-refs"));
        for (Path folder : folders) {
            if (Files.isDirectory(folder)) {
                DurableFile.sync(folder);
            }
        }
    }

    void forget(Path repository) {
        known.remove(repository.resolve("objects").resolve("pack"));
    }

    private static String identity(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return file.getFileName() + " " + attributes.fileKey() + " " + attributes.lastModifiedTime();
    }

    private static void syncFileIfThere(Path file) throws IOException {
        try {
            DurableFile.sync(file);
        } catch (NoSuchFileException e) {
            // a deleted ref, or one that lives among the packed ones: its folder tells
        }
    }
}
