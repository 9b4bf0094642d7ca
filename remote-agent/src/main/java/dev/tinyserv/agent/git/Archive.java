package dev.tinyserv.agent.git;

import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheBuilder;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.jspecify.annotations.Nullable;

/**
 * Reads a tar archive, see tar(5), plain or with gzip, into a tree of git. Only git's objects are written. Names are
 * UTF-8, or ISO 8859-1 if they are no valid UTF-8. A {@code .git} at the top is left out. For one archive.
 */
final class Archive {
    private static final int BLOCK = 512;
    /** What may stand before the content of one file: its name, times and further attributes. */
    private static final int MAX_HEAD = 256 * 1024;
    /** The same on average over all files, with padding. */
    private static final int MAX_HEADS = 8 * 1024;

    private static final int GZIP_FIRST = 0x1f;
    private static final int GZIP_SECOND = 0x8b;
    private static final int EXECUTABLE_BY_OWNER = 0100;
    private static final String GIT = ".git";

    private final TreeLimits limits;
    private final long maxBytes;
    private final long maxFileBytes;
    private final Map<String, Node> nodes = new TreeMap<>();
    private long entries;
    private long total;

    private record Node(FileMode mode, ObjectId id) {}

    Archive(GitSettings settings) {
        this.limits = TreeLimits.of(settings);
        this.maxBytes = settings.maxPackBytes();
        this.maxFileBytes = settings.maxObjectBytes();
    }

    /**
     * Reads the archive to its end and inserts blobs and trees; returns the tree.
     *
     * @throws Refusal if the input is no archive, is damaged, ends early, or holds what cannot be deployed
     * @throws IOException if the repository cannot be written
     */
    ObjectId insert(InputStream in, ObjectInserter inserter) throws IOException {
        ArchiveInput packed = new ArchiveInput(in, maxBytes, "TINYSERV_MAX_PACK");
        ArchiveInput unpacked = new ArchiveInput(
                unpacked(packed), limits.maxBytes() + (long) MAX_HEADS * limits.maxEntries(), "TINYSERV_MAX_CHECKOUT");
        try (TarArchiveInputStream tar = new TarArchiveInputStream(unpacked, StandardCharsets.ISO_8859_1.name())) {
            for (TarArchiveEntry entry = next(tar, unpacked, 0);
                    entry != null;
                    entry = next(tar, unpacked, entry.getSize())) {
                if (++entries > limits.maxEntries()) {
                    throw new Refusal("the archive has more than " + limits.maxEntries()
                            + " files and folders; leave some out, or raise TINYSERV_MAX_FILES on the server");
                }
                add(entry, tar, inserter);
            }
            if (!unpacked.endsWithZeros(2 * BLOCK)) {
                throw entries == 0 ? none("", null) : new Refusal("the archive ends early; send it again");
            }
        } catch (ZipException | EOFException e) {
            throw new Refusal("the archive is damaged or ends early; send it again", e);
        }
        return tree(inserter);
    }

    private static InputStream unpacked(InputStream in) throws IOException {
        BufferedInputStream buffered = new BufferedInputStream(in, 64 * 1024);
        buffered.mark(2);
        boolean gzip = buffered.read() == GZIP_FIRST && buffered.read() == GZIP_SECOND;
        buffered.reset();
        try {
            return gzip ? new GZIPInputStream(buffered, 64 * 1024) : buffered;
        } catch (ZipException | EOFException e) {
            throw new Refusal("the archive is damaged: " + e.getMessage(), e);
        }
    }

    /** The next entry; null at the end. At most {@code unread} bytes of the entry before are skipped. */
    private static @Nullable TarArchiveEntry next(TarArchiveInputStream tar, ArchiveInput in, long unread)
            throws IOException {
        try {
            in.allow(unread + MAX_HEAD);
            TarArchiveEntry entry = tar.getNextEntry();
            in.allow(Long.MAX_VALUE);
            return entry;
        } catch (ZipException | EOFException e) {
            throw e;
        } catch (IOException | IllegalArgumentException e) {
            if (isCutOff(e)) {
                throw new EOFException(e.getMessage());
            }
            throw none(", or it is damaged: " + e.getMessage(), e);
        }
    }

    private static Refusal none(String more, @Nullable Exception cause) {
        return new Refusal("what was sent is no tar archive, plain or compressed with gzip" + more, cause);
    }

    private void add(TarArchiveEntry entry, TarArchiveInputStream tar, ObjectInserter inserter) throws IOException {
        String path = path(entry.getName());
        checkLength(path);
        if (path.isEmpty() || path.equals(GIT) || path.startsWith(GIT + "/") || entry.isDirectory()) {
            return;
        }
        if (entry.isSymbolicLink()) {
            byte[] target = decoded(entry.getLinkName()).getBytes(StandardCharsets.UTF_8);
            nodes.put(path, new Node(FileMode.SYMLINK, inserter.insert(Constants.OBJ_BLOB, target)));
        } else if (entry.isLink()) {
            Node other = nodes.get(path(entry.getLinkName()));
            if (other == null) {
                throw new Refusal(shown(path) + " in the archive is a link to " + shown(entry.getLinkName())
                        + ", which does not come before it; pack the folder anew");
            }
            nodes.put(path, other);
        } else if (isPlain(entry) && tar.canReadEntryData(entry)) {
            boolean executable = (entry.getMode() & EXECUTABLE_BY_OWNER) != 0;
            nodes.put(
                    path,
                    new Node(
                            executable ? FileMode.EXECUTABLE_FILE : FileMode.REGULAR_FILE,
                            // of a file with holes, which are not in the archive
                            blob(path, entry.isSparse() ? entry.getRealSize() : entry.getSize(), tar, inserter)));
        } else {
            throw new Refusal(
                    shown(path) + " in the archive is no file, folder or link: leave devices, pipes and sockets out");
        }
    }

    private static void checkLength(String path) {
        if (path.getBytes(StandardCharsets.UTF_8).length > TreeLimits.MAX_PATH_BYTES
                || path.chars().filter(c -> c == '/').count() >= TreeLimits.MAX_DEPTH) {
            throw new Refusal("a path in the archive is longer than " + TreeLimits.MAX_PATH_BYTES
                    + " bytes, or its folders are nested more than " + TreeLimits.MAX_DEPTH + " deep: " + shown(path)
                    + "; shorten it");
        }
    }

    private static boolean isPlain(TarArchiveEntry entry) {
        byte kind = entry.getLinkFlag();
        return kind == TarConstants.LF_NORMAL
                || kind == TarConstants.LF_OLDNORM
                || kind == TarConstants.LF_CONTIG
                || entry.isSparse();
    }

    private ObjectId blob(String path, long size, TarArchiveInputStream tar, ObjectInserter inserter)
            throws IOException {
        total += size;
        if (size > maxFileBytes) {
            throw new Refusal(shown(path) + " in the archive is larger than " + TreeLimits.size(maxFileBytes)
                    + "; leave it out, or raise TINYSERV_MAX_OBJECT on the server");
        }
        if (total > limits.maxBytes()) {
            throw new Refusal("the files of the archive are larger than " + TreeLimits.size(limits.maxBytes())
                    + " together; leave some out, or raise TINYSERV_MAX_CHECKOUT on the server");
        }
        try {
            return inserter.insert(Constants.OBJ_BLOB, size, tar);
        } catch (IOException e) {
            throw isCutOff(e) ? new EOFException(e.getMessage()) : e;
        }
    }

    /** Whether the archive ends inside a file or its attributes, for which the library has no type of exception. */
    private static boolean isCutOff(Exception e) {
        return e instanceof IOException && String.valueOf(e.getMessage()).startsWith("Truncated TAR archive");
    }

    private static String path(String name) {
        String path = decoded(name);
        while (path.startsWith("./")) {
            path = path.substring(2);
        }
        return path.equals(".") ? "" : path;
    }

    /** The library decodes all that is no UTF-8 to one character, so two files could become one. */
    private static String decoded(String bytes) {
        try {
            return StandardCharsets.ISO_8859_1.newEncoder().canEncode(bytes)
                    ? StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1)))
                            .toString()
                    : bytes; // from attributes, which are always UTF-8
        } catch (CharacterCodingException e) {
            return bytes;
        }
    }

    private ObjectId tree(ObjectInserter inserter) throws IOException {
        if (nodes.isEmpty()) {
            throw new Refusal("the archive holds no files");
        }
        DirCache index = DirCache.newInCore();
        DirCacheBuilder builder = index.builder();
        for (Map.Entry<String, Node> node : nodes.entrySet()) {
            requireFoldersAbove(node.getKey());
            try {
                DirCacheEntry entry = new DirCacheEntry(node.getKey());
                entry.setFileMode(node.getValue().mode());
                entry.setObjectId(node.getValue().id());
                builder.add(entry);
            } catch (IllegalArgumentException e) {
                throw new Refusal(
                        "the name " + shown(node.getKey()) + " in the archive cannot be used: pack with names below"
                                + " the app's folder, without '..', '/' at the beginning, or .git",
                        e);
            }
        }
        builder.finish();
        return index.writeTree(inserter);
    }

    private void requireFoldersAbove(String path) {
        for (int end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
            if (nodes.containsKey(path.substring(0, end))) {
                throw new Refusal(shown(path.substring(0, end)) + " is both a file and a folder in the archive");
            }
        }
    }

    private static String shown(String path) {
        return Printable.shortened(path, 120);
    }
}
