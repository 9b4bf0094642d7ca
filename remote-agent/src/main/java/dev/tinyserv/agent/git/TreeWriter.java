package dev.tinyserv.agent.git;

import dev.tinyserv.agent.store.DiskTrouble;
import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Transcript;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;

/**
 * Writes the entries of a tree into a folder. Every file is created exclusively, so an entry that comes twice is an
 * error and no link is followed. Nothing is synced: after a power cut the app is built again.
 */
final class TreeWriter implements TreeEntries.Visitor {
    private static final Set<PosixFilePermission> PLAIN = PosixFilePermissions.fromString("rw-r--r--");
    private static final Set<PosixFilePermission> EXECUTABLE = PosixFilePermissions.fromString("rwxr-xr-x");

    private static final byte[] LFS_POINTER =
            "version https://git-lfs.github.com/spec/".getBytes(StandardCharsets.US_ASCII);
    private static final int MOST_NAMED = 5;

    private final ObjectReader reader;
    private final Path folder;
    private final List<String> pointers = new ArrayList<>();
    private final Map<String, String> submodules = new TreeMap<>();

    TreeWriter(ObjectReader reader, Path folder) {
        this.reader = reader;
        this.folder = folder;
    }

    @Override
    public void visit(String path, FileMode mode, AnyObjectId id) throws IOException {
        try {
            Path target = folder.resolve(path);
            if (mode == FileMode.TREE || mode == FileMode.GITLINK) {
                Files.createDirectory(target);
                Files.setPosixFilePermissions(target, EXECUTABLE);
                if (mode == FileMode.GITLINK) {
                    submodules.put(path, id.name());
                }
            } else if (mode == FileMode.SYMLINK) {
                Files.createSymbolicLink(target, Path.of(linkTarget(reader, path, id)));
            } else {
                writeFile(path, target, id, mode == FileMode.EXECUTABLE_FILE ? EXECUTABLE : PLAIN);
            }
        } catch (FileAlreadyExistsException e) {
            throw new Refusal(Printable.shortened(path, 120) + " stands twice in the pushed tree; remove one", e);
        } catch (InvalidPathException e) {
            throw new Refusal(
                    "the name of " + Printable.shortened(path, 120) + " cannot be used here: " + e.getReason(), e);
        } catch (IOException e) {
            if (DiskTrouble.isFull(e)) {
                throw new Refusal(
                        "cannot write " + folder.resolve(path) + ": the disk is full; free some space, push again", e);
            }
            throw e;
        }
    }

    /** Warns of pointers of Git LFS, which the app would otherwise notice only when it runs. */
    void warn(Transcript transcript) {
        if (!pointers.isEmpty()) {
            transcript.problem(named(pointers) + " what Git LFS put in place of the files, which are elsewhere;"
                    + " commit the files, or fetch them in the build");
        }
    }

    /** The commits of submodules, by their paths. */
    Map<String, String> submodules() {
        return submodules;
    }

    private static String named(List<String> paths) {
        List<String> first = paths.stream()
                .limit(MOST_NAMED)
                .map(path -> Printable.shortened(path, 120))
                .toList();
        String more = paths.size() > MOST_NAMED ? " and " + (paths.size() - MOST_NAMED) + " more" : "";
        return String.join(", ", first) + more + (paths.size() == 1 ? " is" : " are");
    }

    private void writeFile(String path, Path target, AnyObjectId id, Set<PosixFilePermission> permissions)
            throws IOException {
        ObjectLoader blob = reader.open(id, Constants.OBJ_BLOB);
        try (SeekableByteChannel file =
                Files.newByteChannel(target, Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW))) {
            if (blob.isLarge()) {
                try (OutputStream out = Channels.newOutputStream(file)) {
                    blob.copyTo(out);
                }
            } else {
                byte[] bytes = blob.getCachedBytes();
                if (Arrays.mismatch(bytes, LFS_POINTER) == LFS_POINTER.length) {
                    pointers.add(path);
                }
                ByteBuffer content = ByteBuffer.wrap(bytes);
                while (content.hasRemaining()) {
                    file.write(content);
                }
            }
        }
        // after the fact, because the agent's umask takes bits away from what open(2) is asked for
        if (!Files.getPosixFilePermissions(target, LinkOption.NOFOLLOW_LINKS).equals(permissions)) {
            Files.setPosixFilePermissions(target, permissions);
        }
    }

    /** Reads where a link leads and refuses it if that may be outside. */
    static String linkTarget(ObjectReader reader, String path, AnyObjectId id) throws IOException {
        ObjectLoader blob = reader.open(id, Constants.OBJ_BLOB);
        if (blob.getSize() > LinkTarget.MAX_BYTES) {
            throw LinkTarget.refusal(path, "(" + blob.getSize() + " bytes)");
        }
        String target = new String(blob.getCachedBytes(), StandardCharsets.UTF_8);
        LinkTarget.check(path, target);
        return target;
    }
}
