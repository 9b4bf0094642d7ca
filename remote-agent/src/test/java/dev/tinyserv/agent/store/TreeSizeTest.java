package dev.tinyserv.agent.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinyserv.buildpacks.process.Command;
import dev.tinyserv.fixtures.fault.Requirements;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeSizeTest {
    @TempDir
    Path folder;

    private String run(String... command) {
        return Command.of(command)
                .environment(Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"))
                .collect()
                .text()
                .strip();
    }

    @Test
    void countsTheBlocksOfTheFileSystem() throws Exception {
        String problem = Requirements.unmetAsRoot("mkfs.ext4", "losetup", "mount", "umount");
        assumeTrue(problem.isEmpty(), problem);
        String image = folder.resolve("image").toString();
        String disk = Files.createDirectory(folder.resolve("disk")).toString();
        run("truncate", "-s", "8m", image);
        run("mkfs.ext4", "-q", "-F", "-b", "1024", image);
        run("mount", "-o", "loop", image, disk);
        try {
            Path tree = Files.createDirectories(Path.of(disk, "tree/inner")).resolveSibling("");
            Files.writeString(tree.resolve("a"), "a");
            Files.write(tree.resolve("inner/b"), new byte[1025]);
            assertThat(TreeSize.of(tree)).isEqualTo(5 * 1024);
            assertThat(run("du", "-s", "-B1", tree.toString())).startsWith(TreeSize.of(tree) + "\t");
        } finally {
            run("umount", disk);
        }
    }
}
