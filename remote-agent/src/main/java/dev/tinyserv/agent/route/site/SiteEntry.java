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
 * A place below a site's folder. No link below that folder is followed, in whatever part of the path it is: what is read
 * lies in the folder.
 *
 * @param root the site's folder; the way to it may have links
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

    /** The entry whose name has more at its end. */
    SiteEntry beside(String suffix) {
        return new SiteEntry(root, below.resolveSibling(name() + suffix));
    }

    String name() {
        return String.valueOf(below.getFileName());
    }

    /** Whether all that leads to it from the site's folder are folders. */
    boolean isBelowFolders() throws IOException {
        for (int i = 1; i < below.getNameCount(); i++) {
            BasicFileAttributes folder = look(root.resolve(below.subpath(0, i)));
            if (folder == null || !folder.isDirectory()) {
                return false;
            }
        }
        return true;
    }

    /** What it is itself; null if there is nothing. The way to it has been looked at by {@link #isBelowFolders}. */
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

    /** Opens it folder by folder, so that a link that has come meanwhile is not followed either. */
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
