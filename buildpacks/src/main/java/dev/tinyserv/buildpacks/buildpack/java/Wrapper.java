package dev.tinyserv.buildpacks.buildpack.java;

import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.runtime.VersionPrefix;
import dev.tinyserv.buildpacks.runtime.VersionRange;
import dev.tinyserv.buildpacks.runtime.Wish;
import dev.tinyserv.buildpacks.source.FolderFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The script of an app that gets the version of Maven or Gradle that the app is built with. */
final class Wrapper {
    private static final int MOST_SETTINGS = 64 * 1024;
    private static final Pattern DISTRIBUTION = Pattern.compile(
            "(?m)^distributionUrl=.{0,300}/(?:apache-maven|gradle)-(\\d[0-9.]{0,20}\\d)-(?:bin|all)\\.zip");

    private Wrapper() {}

    /**
     * The version that the settings of a wrapper ask for; of use where its script was not committed.
     *
     * @param settings where they are, such as {@code .mvn/wrapper/maven-wrapper.properties}
     */
    static Optional<Wish> version(Path folder, String settings) throws IOException {
        Matcher version = DISTRIBUTION.matcher(FolderFile.text(folder, settings, MOST_SETTINGS));
        return !version.find()
                ? Optional.empty()
                : VersionPrefix.parse(version.group(1))
                        .map(asked -> new Wish(version.group(1), settings, VersionRange.of(asked)));
    }

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
            throw new Refusal(name + " cannot be made executable: run `chmod +x " + name + "` and `git add --chmod=+x "
                    + name + "`, commit and push");
        }
        // By env, which looks from the app's folder: we look for programs from our own.
        return List.of("env", "./" + name);
    }
}
