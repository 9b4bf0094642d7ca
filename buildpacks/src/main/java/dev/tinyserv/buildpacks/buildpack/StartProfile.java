package dev.tinyserv.buildpacks.buildpack;

import dev.tinyserv.buildpacks.base.ShellWord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The files in {@code .profile.d} that every process of an app reads before its command. */
public final class StartProfile {
    private StartProfile() {}

    /**
     * Adds a file, unless the app has one of that name, or {@code .profile.d} is no folder.
     *
     * @param name such as {@code node}
     * @param script a shell script; the slug's place is known at the start only, as the working directory
     */
    public static void add(Path folder, String name, String script) throws IOException {
        Path profiles = folder.resolve(".profile.d");
        Path profile = profiles.resolve(name + ".sh");
        boolean free = !Files.exists(profiles, LinkOption.NOFOLLOW_LINKS)
                || (Files.isDirectory(profiles, LinkOption.NOFOLLOW_LINKS)
                        && !Files.exists(profile, LinkOption.NOFOLLOW_LINKS));
        if (free) {
            Files.createDirectories(profiles);
            Files.writeString(profile, script, StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW);
        }
    }

    /** A line of such a script that puts the programs of a folder before all others. */
    public static String path(Path bin) {
        return "export PATH=" + ShellWord.quoted(bin.toString()) + ":\"$PATH\"\n";
    }

    /** A line of such a script that sets a variable. */
    public static String variable(String name, String value) {
        return "export " + name + "=" + ShellWord.quoted(value) + "\n";
    }
}
