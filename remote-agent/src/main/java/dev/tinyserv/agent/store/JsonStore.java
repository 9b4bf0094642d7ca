package dev.tinyserv.agent.store;

import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.source.JsonFault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads and writes records as JSON files: UTF-8, keys sorted, pretty-printed, mode 0600, written by
 * {@link DurableFile}. Duplicate keys are refused; unknown keys are ignored, so that an older version can read what a
 * newer one wrote. Safe for several threads.
 */
public class JsonStore {
    /** The largest file that is read; ours are a few kB. */
    private static final long LIMIT_BYTES = 4 * 1024 * 1024;

    private static final String REMEDY = "restore it from a backup or move it away";

    private final JsonMapper mapper = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /**
     * Reads a record.
     *
     * @return empty if there is no such file
     * @throws Damaged if the file does not hold such a record, naming file, line and remedy
     * @throws Refusal if the file cannot be read, naming file and reason
     */
    public <T> Optional<T> read(Path file, Class<T> type) {
        try {
            if (Files.size(file) > LIMIT_BYTES) {
                throw new Damaged(
                        file + " is larger than " + LIMIT_BYTES + " bytes", "it is not ours: move it away", null);
            }
            return Optional.of(parse(file, Files.readAllBytes(file), type));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new Refusal("cannot read " + file + ": " + reason(e), e);
        }
    }

    /** Parses the content of a file, which is not read here but named in a {@link Damaged}. */
    <T> T parse(Path file, byte[] content, Class<T> type) {
        try {
            @Nullable T record = mapper.readValue(content, type);
            if (record == null) { // the content is JSON's null
                throw new Damaged(file + " is damaged (it says null)", REMEDY, null);
            }
            return record;
        } catch (JacksonException e) {
            var at = e.getLocation();
            String place = at == null ? "" : ":" + at.getLineNr();
            throw new Damaged(file + place + " is damaged (" + JsonFault.ofRecord(e) + ")", REMEDY, e);
        }
    }

    /**
     * Writes a record durably and atomically.
     *
     * @throws Refusal if that fails, naming file and reason
     */
    public void write(Path file, Object record) {
        try {
            DurableFile.write(file, (format(record) + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new Refusal("cannot write " + file + ": " + reason(e), e);
        }
    }

    /** The text of a record as {@link #write} would write it, without the final line end. */
    public String format(Object record) {
        return Printable.escapedJson(mapper.writeValueAsString(record));
    }

    /**
     * Deletes a record's file durably, if it is there.
     *
     * @throws Refusal if that fails, naming file and reason
     */
    public void delete(Path file) {
        try {
            DurableFile.delete(file);
        } catch (IOException e) {
            throw new Refusal("cannot delete " + file + ": " + reason(e), e);
        }
    }

    /** What went wrong with a file, in words: the system's reason where there is one. */
    public static String reason(IOException e) {
        if (e instanceof FileSystemException fs && fs.getReason() != null) {
            return fs.getReason();
        }
        if (e instanceof AccessDeniedException) {
            return "Permission denied";
        }
        if (e instanceof NoSuchFileException) {
            return "No such file or directory";
        }
        if (e instanceof FileAlreadyExistsException) {
            return "File exists";
        }
        if (e instanceof NotDirectoryException) {
            return "Not a directory";
        }
        if (e instanceof DirectoryNotEmptyException) {
            return "Directory not empty";
        }
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }
}
