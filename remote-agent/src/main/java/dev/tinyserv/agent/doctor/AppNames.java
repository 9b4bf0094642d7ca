package dev.tinyserv.agent.doctor;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.config.Layout;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The names of all apps, by the names of their files, whether or not these can be read. */
final class AppNames {
    private static final String ENDING = ".json";

    private AppNames() {}

    static List<AppName> under(Layout layout) {
        List<AppName> names = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(layout.apps(), "*" + ENDING)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                String stem = name.substring(0, name.length() - ENDING.length());
                if (AppName.isValid(stem)) {
                    names.add(new AppName(stem));
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            return List.of(); // whether the folder can be read is the matter of another check
        }
        Collections.sort(names);
        return names;
    }
}
