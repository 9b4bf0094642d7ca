package dev.tinyserv.buildpacks.buildpack.java;

import dev.tinyserv.buildpacks.Refusal;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/** The script of an app that gets the version of Maven or Gradle that the app is built with. */
final class Wrapper {
    private Wrapper() {}

    /**
     * The words that call it; none if the app has none.
     *
     * @param name such as {@code mvnw}
     */
    static List<String> find(Path folder, String name) {
        Path script = folder.resolve(name);
        if (!Files.isRegularFile(script, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        // It was committed on a system that knows no such permission.
        if (!Files.isExecutable(script) && !script.toFile().setExecutable(true)) {
            throw new Refusal(name + " cannot be made executable: run `git update-index --chmod=+x " + name + "`");
        }
        // By env, which looks from the app's folder: we look for programs from our own.
        return List.of("env", "./" + name);
    }
}
