package dev.tinyserv.agent.log;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.fixtures.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** A root folder with its logs, and real processes that print into them. */
final class LogsFixture {
    static final AppName APP = new AppName("shop");
    static final long DEFAULT_LIMIT = 10 << 20;

    final Layout layout;

    LogsFixture(Path root) {
        this.layout = new Layout(root);
    }

    Logs open() {
        return open(DEFAULT_LIMIT);
    }

    Logs open(long limit) {
        return open(limit, Clock.systemUTC());
    }

    Logs open(long limit, Clock clock) {
        return new Logs(layout, limit, clock, new HolePunch("fallocate"));
    }

    /** Starts a shell script whose output is appended to the file, as the shim does. */
    static Process print(Path raw, String script) {
        try {
            return new ProcessBuilder("sh", "-c", script)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(raw.toFile()))
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void runToEnd(Path raw, String script) throws InterruptedException {
        int status = print(raw, script).waitFor();
        if (status != 0) {
            throw new AssertionError(script + " ended with " + status);
        }
    }

    static void await(String what, BooleanSupplier condition) {
        Eventually.until(what, condition);
    }

    static List<String> messages(Logs logs) {
        return logs.tail(APP, Logs.MOST_LINES, LogFilter.ALL).stream()
                .map(LogLine::message)
                .toList();
    }

    /** The timeline as somebody with a shell sees it. */
    Stream<String> stored() {
        try (Stream<Path> files = Files.list(layout.logs(APP))) {
            return files.sorted().toList().stream()
                    .flatMap(file -> {
                        try {
                            return Stream.of(Files.readString(file).split("\n", -1));
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    })
                    .filter(line -> !line.isEmpty());
        } catch (NoSuchFileException e) {
            return Stream.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The bytes of the timeline; empty if they cannot be told at this moment. */
    OptionalLong storedBytes() {
        if (!Files.isDirectory(layout.logs(APP))) {
            return OptionalLong.of(0);
        }
        try (Stream<Path> files = Files.list(layout.logs(APP))) {
            long total = 0;
            List<Path> segments = files.toList();
            for (Path file : segments) {
                total += Files.size(file);
            }
            // One that was deleted after it was counted has made room for what was counted later.
            return segments.stream().allMatch(Files::exists) ? OptionalLong.of(total) : OptionalLong.empty();
        } catch (NoSuchFileException e) {
            return OptionalLong.empty(); // a segment was rotated away while we looked
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same, looked at until it can be told. */
    long settledBytes() {
        while (true) {
            OptionalLong bytes = storedBytes();
            if (bytes.isPresent()) {
                return bytes.getAsLong();
            }
        }
    }

    /** The bytes that a file takes on the disk, holes not counted. */
    static long diskBytes(Path file) {
        try {
            Process stat = new ProcessBuilder("stat", "-c", "%b", file.toString()).start();
            String blocks =
                    new String(stat.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII);
            return blocks.isBlank() ? 0 : Long.parseLong(blocks.strip()) * 512;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
