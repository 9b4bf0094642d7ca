package dev.tinyserv.agent.doctor;

import dev.tinyserv.buildpacks.base.Sizes;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The sizes of the files in each folder of TINYSERV_ROOT.
 *
 * @param bytes by the name of the folder; a file with several names counts under each, and holes count in full
 * @param whole false if there were too many files to count all
 */
record DiskUse(Map<String, Long> bytes, boolean whole) {
    private static final int MOST_FILES = 500_000;

    static DiskUse under(Path root) {
        Map<String, Long> bytes = new TreeMap<>();
        int[] seen = {0};
        try {
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    bytes.merge(root.relativize(file).getName(0).toString(), attributes.size(), Long::sum);
                    return ++seen[0] < MOST_FILES ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) {
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(
                        Path folder, @org.jspecify.annotations.Nullable IOException e) {
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            return new DiskUse(bytes, false);
        }
        return new DiskUse(bytes, seen[0] < MOST_FILES);
    }

    /** The five largest folders of at least 1 MiB, the largest first. */
    String text() {
        String list = bytes.entrySet().stream()
                .filter(entry -> entry.getValue() >= 1024 * 1024)
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .limit(5)
                .map(entry -> entry.getKey() + " " + Sizes.of(entry.getValue()))
                .collect(Collectors.joining(", "));
        return "taken by: " + (list.isEmpty() ? "next to nothing" : list) + (whole ? "" : " and more");
    }
}
