package dev.tinyserv.agent.run;

import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The folder of instance records, {@code ID.json}; the runtime keeps its own files there beside them. */
record InstanceRecords(JsonStore store, Path folder) {
    private static final Logger LOG = LoggerFactory.getLogger(InstanceRecords.class);
    private static final String SUFFIX = ".json";
    private static final String SET_ASIDE = ".corrupt";

    void write(InstanceRecord record) {
        store.write(folder.resolve(record.id() + SUFFIX), record);
    }

    /** As {@link #write}, but a failure is only logged. The next agent then believes the older record. */
    void update(InstanceRecord record) {
        try {
            write(record);
        } catch (Refusal e) {
            LOG.error("the record of {} is out of date: {}", record.inFull(), e.getMessage());
        }
    }

    /** Tries twice, because otherwise the record stays until the next agent comes. */
    void delete(String id) {
        Path file = folder.resolve(id + SUFFIX);
        try {
            store.delete(file);
        } catch (Refusal e) {
            LOG.warn("{}; it is tried once more", e.getMessage());
            store.delete(file);
        }
    }

    /** Reads all records. An unreadable one is set aside and logged. Files that belong to no record are deleted. */
    List<InstanceRecord> readAll() {
        List<InstanceRecord> records = new ArrayList<>();
        Set<String> kept = new HashSet<>();
        List<Path> files = files();
        for (Path file : files) {
            String name = file.getFileName().toString();
            if (name.endsWith(SUFFIX)) {
                String id = name.substring(0, name.length() - SUFFIX.length());
                kept.add(id);
                read(file, id, records);
            } else if (name.endsWith(SUFFIX + SET_ASIDE)) {
                kept.add(name.substring(0, name.length() - (SUFFIX + SET_ASIDE).length()));
            }
        }
        files.stream().filter(file -> isLeftOver(file, kept)).forEach(InstanceRecords::deleteQuietly);
        return records;
    }

    private void read(Path file, String id, List<InstanceRecord> records) {
        try {
            InstanceRecord record =
                    store.read(file, InstanceRecord.class).orElseThrow(() -> new Refusal(file + " has vanished"));
            if (!record.id().equals(id)) {
                throw new Refusal(file + " is the record of another instance");
            }
            records.add(record);
        } catch (RuntimeException e) { // also what the compact constructors of its parts throw
            setAside(file, e);
        }
    }

    private static void setAside(Path file, RuntimeException problem) {
        LOG.error(
                "{} is set aside as {}; what runs with its id in its environment is ended: {}",
                file,
                file.getFileName() + SET_ASIDE,
                problem.getMessage());
        try {
            Files.move(file, Path.of(file + SET_ASIDE), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.error("cannot set {} aside: {}", file, JsonStore.reason(e));
        }
    }

    private List<Path> files() {
        try {
            return FileTree.entries(folder, "*");
        } catch (IOException e) {
            throw new Refusal("cannot read " + folder + ": " + JsonStore.reason(e), e);
        }
    }

    private static boolean isLeftOver(Path file, Set<String> kept) {
        String name = file.getFileName().toString();
        return kept.stream().noneMatch(id -> name.startsWith(id + "."));
    }

    private static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("cannot delete {}: {}", file, JsonStore.reason(e));
        }
    }
}
