package dev.tinyserv.cli.remote;

import dev.tinyserv.cli.output.Problem;
import dev.tinyserv.cli.output.SafeText;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A folder's files as a tar archive in a temporary file, until it is closed. The archive is whole before it is sent, so
 * no part of an app is deployed. Files that git ignores are left out, unless git ignores the folder itself.
 */
public final class PackedFolder implements AutoCloseable {
    private static final int MAX_COMPLAINT = 8 * 1024;
    private static final String NAMES = "names";

    private final Surroundings surroundings;
    private final Path folder;
    private final Path temporary;
    private final Path archive;

    private PackedFolder(Surroundings surroundings, Path folder) throws IOException {
        this.surroundings = surroundings;
        this.folder = folder;
        this.temporary = Files.createTempDirectory("tinyserv-deploy");
        this.archive = temporary.resolve("files.tar.gz");
        temporary.toFile().deleteOnExit(); // also when Ctrl-C ends us
        archive.toFile().deleteOnExit();
    }

    /** Packs a folder with the machine's tar; throws a Problem if it cannot be packed as a whole. */
    public static PackedFolder of(Surroundings surroundings, Path folder) throws IOException {
        PackedFolder packed = new PackedFolder(surroundings, folder);
        try {
            packed.pack();
            return packed;
        } catch (IOException | RuntimeException e) {
            packed.close();
            throw e;
        }
    }

    /** The archive, compressed with gzip. */
    public InputStream open() throws IOException {
        return Files.newInputStream(archive);
    }

    private void pack() throws IOException {
        List<String> command = new ArrayList<>(List.of("tar", "-czf", archive.toString(), "--exclude=.git"));
        Path names = names();
        if (names == null) {
            command.add(".");
        } else {
            command.addAll(List.of("--null", "-T", names.toString()));
        }
        ProcessBuilder tar = start(command).redirectOutput(Redirect.DISCARD);
        Process process;
        try {
            process = tar.start();
        } catch (IOException e) {
            throw Problem.failed("tar is not installed, or not on PATH: install it, or send an archive");
        }
        String complaint;
        try (InputStream err = process.getErrorStream()) {
            complaint = new String(err.readNBytes(MAX_COMPLAINT), StandardCharsets.UTF_8).strip();
            err.transferTo(OutputStream.nullOutputStream());
        }
        if (status(process) != 0) {
            throw Problem.failed("tar could not pack " + SafeText.quoted(folder.toString()) + ", nothing was deployed: "
                    + SafeText.quoted(complaint.lines().findFirst().orElse("no reason given")));
        }
    }

    /**
     * A file with the names that git does not ignore; null outside of a repository, and in a folder that is ignored as
     * a whole. Throws a Problem when git fails, so that no ignored file is sent.
     */
    private @Nullable Path names() throws IOException {
        if (RepositoryAbove.of(surroundings, folder) == null) {
            return null;
        }
        if (!surroundings.hasGit()) {
            throw Problem.failed(
                    "git is not installed, so nobody knows which files it ignores: send an archive, or install"
                            + " git");
        }
        if (status(git("check-ignore", "-q", ".").start()) == 0) {
            return null;
        }
        Set<String> deleted = new HashSet<>(List.of(listed("--deleted")));
        StringBuilder names = new StringBuilder();
        int count = 0;
        for (String name : listed("--cached", "--others", "--exclude-standard")) {
            if (!name.isEmpty() && !deleted.contains(name)) {
                names.append("./").append(name).append('\0'); // a name alone may look like an option
                count++;
            }
        }
        if (count == 0) {
            throw Problem.failed("git ignores all files of " + SafeText.quoted(folder.toString())
                    + ": there is nothing to" + " send");
        }
        Path file = temporary.resolve(NAMES);
        file.toFile().deleteOnExit();
        return Files.writeString(file, names, StandardCharsets.ISO_8859_1);
    }

    /** The names from {@code git ls-files}, a character for each byte. */
    private String[] listed(String... options) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("ls-files", "-z"));
        arguments.addAll(List.of(options));
        Process git = git(arguments.toArray(String[]::new)).start();
        git.getOutputStream().close();
        byte[] bytes;
        try (InputStream in = git.getInputStream()) {
            bytes = in.readAllBytes();
        }
        if (status(git) != 0) {
            throw Problem.failed("git cannot list the files of " + SafeText.quoted(folder.toString())
                    + ", so nobody knows which it ignores: see what `git status` says there");
        }
        return new String(bytes, StandardCharsets.ISO_8859_1).split("\0", -1);
    }

    private ProcessBuilder git(String... arguments) {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        return start(command).redirectError(Redirect.DISCARD);
    }

    private ProcessBuilder start(List<String> command) {
        ProcessBuilder builder = surroundings.process(command).directory(folder.toFile());
        builder.environment().put("COPYFILE_DISABLE", "1"); // no files beside the files, which macOS makes
        return builder;
    }

    private static int status(Process process) {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw Problem.failed("interrupted");
        }
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(archive);
        Files.deleteIfExists(temporary.resolve(NAMES));
        Files.deleteIfExists(temporary);
    }
}
