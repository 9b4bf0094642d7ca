package dev.tinyserv.agent.doctor;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.util.List;

/** The names of all apps, by the names of their files, whether or not these can be read. */
final class AppNames {
    private static final String ENDING = ".json";

    private AppNames() {}

    static List<AppName> under(Layout layout) {
        try {
            return FileTree.entries(layout.apps(), "*" + ENDING).stream()
                    .map(file -> file.getFileName().toString())
                    .map(name -> name.substring(0, name.length() - ENDING.length()))
                    .filter(AppName::isValid)
                    .map(AppName::new)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            return List.of(); // whether the folder can be read is the matter of another check
        }
    }
}
