package dev.tinyserv.buildpacks.source;

import dev.tinyserv.buildpacks.process.Transcript;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A source whose app is in one folder: files are found there, but the whole source is written, because the app may need
 * other folders.
 *
 * @param folder the app's folder; empty for all of it
 */
public record Subfolder(AppSource whole, String folder) implements AppSource {
    @Override
    public Optional<byte[]> read(String path, int limit) throws IOException {
        return whole.read(in(path), limit);
    }

    @Override
    public boolean exists(String path) throws IOException {
        return whole.exists(in(path));
    }

    @Override
    public List<String> files(String path) throws IOException {
        return whole.files(path.isEmpty() ? folder : in(path));
    }

    @Override
    public List<String> folders(String path) throws IOException {
        return whole.folders(path.isEmpty() ? folder : in(path));
    }

    @Override
    public Map<String, String> writeTo(Path target, Transcript transcript) throws IOException {
        return whole.writeTo(target, transcript);
    }

    private String in(String path) {
        return folder.isEmpty() ? path : folder + "/" + path;
    }
}
