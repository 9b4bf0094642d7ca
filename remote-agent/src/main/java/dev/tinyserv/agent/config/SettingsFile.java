package dev.tinyserv.agent.config;

import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.source.SourceText;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.configuration2.PropertiesConfiguration;
import org.apache.commons.configuration2.ex.ConfigurationException;

/** Reads {@code TINYSERV_ROOT/settings.properties}. A server needs no such file. */
final class SettingsFile {
    private static final int MAX_BYTES = 256 * 1024;

    private SettingsFile() {}

    /**
     * The texts of the file by name, none if there is no such file. Adds a line to the problems for each fault of it.
     */
    static Map<String, String> read(Path file, List<String> problems) {
        // The file is opened before the library is touched: without a file, no verb loads the library's classes.
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(MAX_BYTES + 1);
            if (content.length > MAX_BYTES) {
                problems.add(file + " is more than the " + MAX_BYTES + " bytes that it may have");
                return new LinkedHashMap<>();
            }
            return read(new StringReader(SourceText.decode(file.toString(), content)), file, problems);
        } catch (Refusal e) {
            problems.add(e.getMessage());
            return new LinkedHashMap<>();
        } catch (NoSuchFileException e) {
            return new LinkedHashMap<>();
        } catch (IOException | ConfigurationException e) {
            problems.add(file + " cannot be read: " + reason(e));
            return new LinkedHashMap<>();
        }
    }

    private static Map<String, String> read(Reader reader, Path file, List<String> problems)
            throws IOException, ConfigurationException {
        PropertiesConfiguration properties = new PropertiesConfiguration();
        properties.setIncludesAllowed(false);
        properties.read(reader);
        Map<String, String> lines = new LinkedHashMap<>();
        for (Iterator<String> keys = properties.getKeys(); keys.hasNext(); ) {
            String key = keys.next();
            if (properties.getList(key).size() > 1) {
                problems.add(key + " stands more than once in " + file + ": keep one of the lines");
            }
            String text = properties.getString(key);
            lines.put(key, text == null ? "" : text);
        }
        return lines;
    }

    /** Java's message for a file is often its name alone. */
    private static String reason(Exception e) {
        if (e instanceof AccessDeniedException) {
            return "no permission; see its owner and mode";
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
