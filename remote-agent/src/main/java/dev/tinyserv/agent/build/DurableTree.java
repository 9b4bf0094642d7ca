package dev.tinyserv.agent.build;

import dev.tinyserv.buildpacks.process.Command;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Makes a tree of files survive a loss of power: a release that was acknowledged must find its slug whole. */
final class DurableTree {
    /** With more files than this, one flush of the whole file system is faster than an fsync of each file. */
    private static final int FEW = 200;

    private static final Duration LIMIT = Duration.ofMinutes(10);

    private DurableTree() {}

    /**
     * Writes the tree to disk; blocks until that is done. Links, and files that cannot be read, are left out.
     *
     * @throws Refusal if the flush of the file system fails or takes more than 10 min
     */
    static void sync(Path tree) throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(tree)) {
            files = walk.limit(FEW + 1L).toList();
        } catch (java.io.UncheckedIOException e) {
            throw e.getCause();
        }
        if (files.size() > FEW) {
            Command.of("sync", "-f", tree.toString())
                    .environment(Map.of("PATH", "/usr/bin:/bin"))
                    .within(LIMIT)
                    .called("writing the slug to disk")
                    .collect();
            return;
        }
        for (Path file : files) {
            boolean plain = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
            if ((plain || Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) && Files.isReadable(file)) {
                force(file);
            }
        }
    }

    private static void force(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            channel.force(true);
        }
    }
}
