package dev.tinyserv.cli.remote;

import dev.tinyserv.cli.output.Problem;
import dev.tinyserv.cli.output.SafeText;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A folder's files as a tar archive in a temporary file, which goes when it is closed. It is whole before it is sent: a
 * half of an app must not be deployed. In a git repository the files that git ignores are left out, unless those are all.
 */
public final class PackedFolder implements AutoCloseable {
    private static final int MAX_COMPLAINT = 8 * 1024;

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

    /** A file with the names that git does not ignore; null where git knows none. */
    private @Nullable Path names() throws IOException {
        if (surroundings.program(Surroundings.isWindows() ? "git.exe" : "git") == null) {
            return null;
        }
        Process git = start(List.of("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"))
                .redirectError(Redirect.DISCARD)
                .start();
        git.getOutputStream().close();
        Path names = temporary.resolve("names");
        names.toFile().deleteOnExit();
        int count = 0;
        try (InputStream in = git.getInputStream();
                OutputStream out = new BufferedOutputStream(Files.newOutputStream(names))) {
            ByteArrayOutputStream name = new ByteArrayOutputStream();
            byte[] listed = in.readAllBytes();
            for (byte b : listed) {
                if (b != 0) {
                    name.write(b);
                    continue;
                }
                // git lists what was deleted and not committed, too
                if (Files.exists(folder.resolve(name.toString(StandardCharsets.UTF_8)), LinkOption.NOFOLLOW_LINKS)) {
                    out.write("./".getBytes(StandardCharsets.UTF_8)); // a name may look like an option
                    name.writeTo(out);
                    out.write(0);
                    count++;
                }
                name.reset();
            }
        }
        return status(git) == 0 && count > 0 ? names : null;
    }

    private ProcessBuilder start(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().clear();
        builder.environment().putAll(surroundings.environment());
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
        Files.deleteIfExists(temporary.resolve("names"));
        Files.deleteIfExists(temporary);
    }
}
