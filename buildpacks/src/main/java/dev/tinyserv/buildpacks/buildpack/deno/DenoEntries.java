package dev.tinyserv.buildpacks.buildpack.deno;

import dev.tinyserv.buildpacks.source.FolderFile;
import dev.tinyserv.buildpacks.source.Procfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The files that an app runs: what they import is fetched, and their types are checked. */
final class DenoEntries {
    private static final List<String> USUAL =
            List.of("main.ts", "main.tsx", "main.js", "server.ts", "server.js", "mod.ts", "index.ts", "app.ts");
    private static final Set<String> ENDINGS = Set.of("ts", "tsx", "mts", "js", "jsx", "mjs");
    private static final Pattern TASK = Pattern.compile("\\bdeno\\s+task\\s+([\\w:-]+)");

    private DenoEntries() {}

    /** What the Procfile and the tasks in it run, and the task {@code start}; else the file with the usual name. */
    static List<String> of(Path folder, Optional<DenoConfig> config) throws IOException {
        List<String> commands = new ArrayList<>();
        FolderFile.read(folder, Procfile.NAME, Procfile.MAX_BYTES)
                .map(Procfile::parse)
                .ifPresent(procfile -> commands.addAll(procfile.commands().values()));
        Set<String> tasks = new TreeSet<>(Set.of("start"));
        commands.forEach(command -> {
            for (Matcher task = TASK.matcher(command); task.find(); ) {
                tasks.add(task.group(1));
            }
        });
        config.ifPresent(each -> tasks.forEach(task -> commands.add(each.command(task))));
        List<String> told = commands.stream()
                .flatMap(command -> Stream.of(command.split("\\s+", -1)))
                .filter(word -> ENDINGS.contains(word.substring(word.lastIndexOf('.') + 1)))
                .filter(name -> isFile(folder, name))
                .distinct()
                .toList();
        return told.isEmpty()
                ? USUAL.stream().filter(name -> isFile(folder, name)).limit(1).toList()
                : told;
    }

    private static boolean isFile(Path folder, String name) {
        if (name.indexOf('\0') >= 0) {
            return false; // no path has one, and Java throws at it
        }
        Path file = folder.resolve(name).normalize();
        return file.startsWith(folder) && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    }
}
