package dev.tinyserv.agent.doctor;

import dev.tinyserv.buildpacks.base.Sizes;
import dev.tinyserv.buildpacks.process.Command;
import dev.tinyserv.buildpacks.process.CommandFailed;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What each folder of TINYSERV_ROOT takes of the disk, as du(1) tells it: a hole takes nothing, and a file with several
 * names counts under the first. Java knows the length of a file only.
 *
 * @param bytes by the name of the folder
 * @param whole false if something is missing: it could not be read, or there was no time for it
 */
record DiskUse(Map<String, Long> bytes, boolean whole) {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Pattern LINE = Pattern.compile("(\\d{1,15})\t/(?:.*/)?([^/]+)");
    private static final int SOMETHING_IS_MISSING = 1;

    static DiskUse under(Path root, Map<String, String> environment) {
        Map<String, Long> bytes = new TreeMap<>();
        try {
            List<String> folders = FileTree.entries(root, "*").stream()
                    .map(Path::toString)
                    .sorted()
                    .toList();
            return new DiskUse(bytes, folders.isEmpty() || measure(folders, environment, bytes));
        } catch (IOException | CommandFailed e) {
            return new DiskUse(bytes, false);
        }
    }

    private static boolean measure(List<String> folders, Map<String, String> environment, Map<String, Long> bytes) {
        List<String> du = new ArrayList<>(List.of("du", "-s", "-k"));
        du.addAll(folders);
        int status = Command.of(du)
                .environment(environment)
                .within(LIMIT)
                .allowing(Set.of(0, SOMETHING_IS_MISSING))
                .run(line -> {
                    Matcher told = LINE.matcher(line);
                    if (told.matches()) {
                        bytes.put(told.group(2), Long.parseLong(told.group(1)) * 1024);
                    }
                });
        return status == 0;
    }

    /** The five largest folders of at least 1 MiB, the largest first. */
    String text() {
        String list = bytes.entrySet().stream()
                .filter(entry -> entry.getValue() >= 1024 * 1024)
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .limit(5)
                .map(entry -> entry.getKey() + " " + Sizes.of(entry.getValue()))
                .collect(Collectors.joining(", "));
        return "taken by: " + (list.isEmpty() ? "next to nothing" : list) + (whole ? "" : " and more");
    }
}
