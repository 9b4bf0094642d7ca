package dev.tinyserv.buildpacks.buildpack.staticsite;

import dev.tinyserv.buildpacks.buildpack.Build;
import dev.tinyserv.buildpacks.source.Words;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Locale;
import java.util.Set;
import java.util.zip.GZIPOutputStream;

/**
 * Makes the files of a site ready: each has a time that says when its content changed last, a large text a smaller
 * {@code .gz} beside it, and no link leads anywhere.
 */
final class SiteFiles extends SimpleFileVisitor<Path> {
    private static final Set<String> TEXTS = Set.copyOf(Words.of("""
            html htm css js mjs json map svg xml txt md csv wasm webmanifest rss atom vtt ttf otf eot ico geojson
            xhtml
            """));
    private static final String SUFFIX = ".gz";
    private static final long SMALLEST = 1024;
    private static final long LARGEST = 64L << 20;

    private final Build build;
    private final Path root;
    private final UnchangedTimes times;
    private int count;
    private int compressed;
    private long bytes;

    private SiteFiles(Build build, Path root, UnchangedTimes times) {
        this.build = build;
        this.root = root;
        this.times = times;
    }

    /** Goes through all files under the root; returns what it found, in a few words. */
    static String prepare(Build build, Path root, UnchangedTimes times) throws IOException {
        SiteFiles files = new SiteFiles(build, root, times);
        Files.walkFileTree(root, files);
        return files.count + (files.count == 1 ? " file, " : " files, ") + (files.bytes + 1023) / 1024 + " kB, "
                + files.compressed + " of them compressed";
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
        build.cancellation().check();
        String name = root.relativize(file).toString();
        if (attributes.isSymbolicLink()) {
            replaceLink(file, name);
        }
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || isSmallerForm(file)) {
            return FileVisitResult.CONTINUE;
        }
        count++;
        long size = Files.size(file);
        bytes += size;
        Path smaller = file.resolveSibling(file.getFileName() + SUFFIX);
        if (size >= SMALLEST
                && size <= LARGEST
                && TEXTS.contains(extension(name))
                && !Files.exists(smaller, LinkOption.NOFOLLOW_LINKS)
                && compress(file, smaller, size)) {
            compressed++;
        }
        times.set(file, name);
        if (Files.isRegularFile(smaller, LinkOption.NOFOLLOW_LINKS)) {
            Files.setLastModifiedTime(smaller, Files.getLastModifiedTime(file));
        }
        return FileVisitResult.CONTINUE;
    }

    /** Whether it stands for the file beside it: ours, or one that the app's own build made. */
    private static boolean isSmallerForm(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(SUFFIX)
                && Files.isRegularFile(
                        file.resolveSibling(name.substring(0, name.length() - SUFFIX.length())),
                        LinkOption.NOFOLLOW_LINKS);
    }

    /** A link to a file of the site becomes that file; any other could show what nobody meant to publish. */
    private void replaceLink(Path link, String name) throws IOException {
        boolean inside = Files.isRegularFile(link) && isPage(link.toRealPath());
        Path target = inside ? link.toRealPath() : link;
        Files.delete(link);
        if (inside) {
            Files.copy(target, link);
        } else {
            build.transcript().problem(name + " is left out: it is a link, and not to a file of the site");
        }
    }

    /** Whether it lies in the site and no part of its path is hidden. */
    private boolean isPage(Path target) throws IOException {
        Path site = root.toRealPath();
        if (!target.startsWith(site)) {
            return false;
        }
        for (Path part : site.relativize(target)) {
            if (part.toString().startsWith(".")) {
                return false;
            }
        }
        return true;
    }

    private static String extension(String name) {
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }

    /** Whether it is worth it: a tenth less. */
    private static boolean compress(Path file, Path smaller, long size) throws IOException {
        try (InputStream in = Files.newInputStream(file);
                OutputStream out = new GZIPOutputStream(Files.newOutputStream(smaller), 8192)) {
            in.transferTo(out);
        }
        boolean worth = Files.size(smaller) < size - size / 10;
        if (!worth) {
            Files.delete(smaller);
        }
        return worth;
    }
}
