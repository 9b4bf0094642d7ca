package dev.tinyserv.buildpacks.source;

import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Transcript;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** An app's files from memory; an empty one with a name that ends in '/' is a folder. */
public final class MapSource implements AppSource {
    private final Map<String, byte[]> files = new TreeMap<>();

    public MapSource with(String path, String content) {
        return with(path, content.getBytes(StandardCharsets.UTF_8));
    }

    public MapSource with(String path, byte[] content) {
        files.put(path, content);
        return this;
    }

    @Override
    public Optional<byte[]> read(String path, int limit) {
        byte[] content = files.get(path);
        if (content != null && content.length > limit) {
            throw new Refusal(path + " is larger than " + limit + " bytes");
        }
        return Optional.ofNullable(content);
    }

    @Override
    public boolean exists(String path) {
        return files.containsKey(path) || files.keySet().stream().anyMatch(name -> name.startsWith(path + "/"));
    }

    @Override
    public List<String> files(String folder) {
        String start = folder.isEmpty() ? "" : folder + "/";
        return files.keySet().stream()
                .filter(name -> name.startsWith(start) && name.indexOf('/', start.length()) < 0)
                .map(name -> name.substring(start.length()))
                .toList();
    }

    @Override
    public List<String> folders(String folder) {
        String start = folder.isEmpty() ? "" : folder + "/";
        return files.keySet().stream()
                .filter(name -> name.startsWith(start) && name.indexOf('/', start.length()) >= 0)
                .map(name -> name.substring(start.length(), name.indexOf('/', start.length())))
                .distinct()
                .toList();
    }

    @Override
    public Map<String, String> writeTo(Path folder, Transcript transcript) throws IOException {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Path target = folder.resolve(file.getKey());
            Files.createDirectories(target.getParent());
            Files.write(target, file.getValue());
        }
        return Map.of();
    }
}
