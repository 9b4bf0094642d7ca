package dev.tinyserv.buildpacks.buildpack.node;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import dev.tinyserv.buildpacks.base.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Packages of an app without their own install scripts, until it is closed: those have run, and may need what is for
 * development. The scripts of the packages that they depend on stay.
 */
final class ScriptsAside {
    private static final String ASIDE = "." + PackageJson.NAME + ".tinyserv-with-scripts";

    private final Map<Path, Path> originals = new LinkedHashMap<>();

    /** Takes away what the package manager would run, in the packages in these folders. */
    ScriptsAside(List<Path> folders, PackageManager manager) throws IOException {
        try {
            for (Path folder : folders) {
                Optional<PackageJson> json = readable(folder);
                if (json.isPresent() && !json.get().installScripts(manager).isEmpty()) {
                    replace(folder, json.get().withoutInstallScripts(manager));
                }
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Empty for what is no package, such as a file of some test. */
    private static Optional<PackageJson> readable(Path folder) throws IOException {
        try {
            return Optional.of(PackageJson.read(folder));
        } catch (Refusal e) {
            return Optional.empty();
        }
    }

    private void replace(Path folder, PackageJson json) throws IOException {
        Path file = folder.resolve(PackageJson.NAME);
        Path original = folder.resolve(ASIDE);
        Files.move(file, original);
        originals.put(file, original);
        Files.writeString(file, json.content().toString());
    }

    /** Puts each package.json back as it was. */
    void close() throws IOException {
        for (Map.Entry<Path, Path> each : originals.entrySet()) {
            Files.move(each.getValue(), each.getKey(), REPLACE_EXISTING);
        }
        originals.clear();
    }
}
