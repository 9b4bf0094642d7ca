package dev.tinyserv.buildpacks.buildpack.java;

import dev.tinyserv.buildpacks.runtime.RuntimeKind;
import dev.tinyserv.buildpacks.runtime.Version;
import dev.tinyserv.buildpacks.runtime.VersionFiles;
import dev.tinyserv.buildpacks.runtime.VersionPrefix;
import dev.tinyserv.buildpacks.runtime.VersionRange;
import dev.tinyserv.buildpacks.runtime.Wish;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** The JDK that an app asks for. What a {@code pom.xml} says is not read: any later JDK compiles for an older one. */
final class JavaVersion {
    private JavaVersion() {}

    static Optional<Wish> wish(Path folder) throws IOException {
        return VersionFiles.first(
                        () -> VersionFiles.property(folder, "system.properties", "java.runtime.version"),
                        () -> VersionFiles.plain(folder, ".java-version"),
                        () -> VersionFiles.property(folder, ".sdkmanrc", "java"),
                        () -> VersionFiles.toolVersions(folder, RuntimeKind.JAVA))
                .map(JavaVersion::anyUpdate);
    }

    /** These files name an exact update, which the server has had or will have at another time. */
    private static Wish anyUpdate(Wish wish) {
        return Version.findIn(wish.text())
                .map(RuntimeKind.JAVA::counted)
                .map(version -> new VersionPrefix(version.major(), null, null))
                .map(major -> new Wish(wish.text(), wish.file(), VersionRange.of(major)))
                .orElse(wish);
    }
}
