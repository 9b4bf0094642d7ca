package dev.tinyserv.agent.route.site;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A path below a site's folder. No link in any part of the path is followed, so all that is read lies in the folder.
 *
 * @param root the site's folder; the path to it may have links
 * @param below the path from there
 */
record SiteEntry(Path root, Path below) {
    private static final Set<OpenOption> READ = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

    static SiteEntry of(Path root, String below) {
        return new SiteEntry(root, Path.of(below));
    }

    /** The entry of this folder with that name. */
    SiteEntry child(String name) {
        return new SiteEntry(root, below.resolve(name));
    }

    /** The entry beside this one whose name has this suffix. */
    SiteEntry beside(String suffix) {
        return new SiteEntry(root, below.resolveSibling(name() + suffix));
    }

    String name() {
        return String.valueOf(below.getFileName());
    }

    /** Whether every part of the path before the last is a folder and no link. */
    boolean isBelowFolders() throws IOException {
        for (int i = 1; i < below.getNameCount(); i++) {
            BasicFileAttributes folder = look(root.resolve(below.subpath(0, i)));
            if (folder == null || !folder.isDirectory()) {
                return false;
            }
        }
        return true;
    }

    /** The attributes of the entry itself; null if it is not there. Call {@link #isBelowFolders} before. */
    @Nullable
    BasicFileAttributes attributes() throws IOException {
        return look(root.resolve(below));
    }

    private static @Nullable BasicFileAttributes look(Path path) throws IOException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            return null;
        } catch (FileSystemException e) {
            String reason = String.valueOf(e.getReason());
            if (reason.equals("Not a directory") || reason.equals("File name too long")) {
                return null;
            }
            throw e;
        }
    }

    /** Opens the file folder by folder, so that no link made meanwhile is followed. */
    FileChannel open() throws IOException {
        if (below.getNameCount() == 1) {
            return FileChannel.open(root.resolve(below), READ);
        }
        try (DirectoryStream<Path> folder = Files.newDirectoryStream(root)) {
            return open(secure(folder), 0);
        }
    }

    private FileChannel open(SecureDirectoryStream<Path> folder, int depth) throws IOException {
        Path name = below.getName(depth);
        if (depth == below.getNameCount() - 1) {
            return (FileChannel) folder.newByteChannel(name, READ);
        }
        try (SecureDirectoryStream<Path> next = folder.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
            return open(next, depth + 1);
        }
    }

    private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> folder) throws IOException {
        if (folder instanceof SecureDirectoryStream<Path> secure) {
            return secure;
        }
        throw new IOException("this machine's folders cannot be read without following links");
    }
}
