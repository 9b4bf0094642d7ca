package dev.tinyserv.agent.run;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.log.ProcessOutput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Leaves the raw files where they are until they are finished, and remembers what was in them. */
final class RawOutput implements ProcessOutput {
    private final Path folder;
    private final Map<String, List<String>> finished = new ConcurrentHashMap<>();
    private volatile boolean failing;

    RawOutput(Path folder) {
        this.folder = folder;
    }

    @Override
    public Path collect(AppName app, String process, String id) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return folder.resolve(id + ".raw");
    }

    @Override
    public void finish(String id) {
        if (failing) {
            throw new UncheckedIOException(new IOException("Input/output error"));
        }
        finished.put(id, read(id));
        try {
            Files.deleteIfExists(folder.resolve(id + ".raw"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<String> lastLines(String id, int count) {
        List<String> lines = finished.containsKey(id) ? finished.get(id) : read(id);
        return lines.subList(Math.max(0, lines.size() - count), lines.size());
    }

    /** As on a broken disk. */
    void failsToFinish(boolean now) {
        failing = now;
    }

    /** Whether {@link #finish} was called for the id. */
    boolean isFinished(String id) {
        return finished.containsKey(id);
    }

    private List<String> read(String id) {
        try {
            return Files.readString(folder.resolve(id + ".raw"), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }
}
