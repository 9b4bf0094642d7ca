package dev.tinyserv.agent.build;

import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Transcript;
import dev.tinyserv.buildpacks.source.AppSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** An app's files from memory. */
public class MapSource implements AppSource {
    private final Map<String, String> files = new TreeMap<>();

    public MapSource with(String path, String content) {
        files.put(path, content);
        return this;
    }

    @Override
    public Optional<byte[]> read(String path, int limit) {
        Optional<byte[]> content =
                Optional.ofNullable(files.get(path)).map(text -> text.getBytes(StandardCharsets.UTF_8));
        if (content.isPresent() && content.get().length > limit) {
            throw new Refusal(path + " is larger than " + limit + " bytes");
        }
        return content;
    }

    @Override
    public boolean exists(String path) {
        return files.keySet().stream().anyMatch(name -> name.equals(path) || name.startsWith(path + "/"));
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
        return List.of();
    }

    @Override
    public Map<String, String> writeTo(Path folder, Transcript transcript) throws IOException {
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path target = folder.resolve(file.getKey());
            Files.createDirectories(target.getParent());
            Files.writeString(target, file.getValue());
        }
        return Map.of();
    }
}
