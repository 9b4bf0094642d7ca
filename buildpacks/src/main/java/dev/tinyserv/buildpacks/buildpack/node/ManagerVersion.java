package dev.tinyserv.buildpacks.buildpack.node;

import dev.tinyserv.buildpacks.runtime.RuntimeKind;
import dev.tinyserv.buildpacks.runtime.VersionFiles;
import dev.tinyserv.buildpacks.runtime.VersionRange;
import dev.tinyserv.buildpacks.runtime.Wish;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** The version of its package manager that an app asks for. */
final class ManagerVersion {
    private ManagerVersion() {}

    /** The first that says one: {@code packageManager}, {@code devEngines}, {@code engines}, {@code volta}, .tool-versions. */
    static Optional<Wish> wish(PackageJson app, Path folder, PackageManager manager) throws IOException {
        String program = manager.program();
        String exact = exact(app, program);
        if (!exact.isEmpty()) {
            return Optional.of(wish(withoutHash(exact), "packageManager"));
        }
        String development = app.developmentManager(program);
        if (!development.isEmpty()) {
            return Optional.of(wish(development, "devEngines.packageManager"));
        }
        if (manager == PackageManager.BUN) {
            return Optional.empty(); // the runtime, of which that is said already
        }
        for (String field : new String[] {"engines", "volta"}) {
            String range = app.text(field, program);
            if (!range.isEmpty() && !VersionFiles.isWhatever(range)) {
                return Optional.of(wish(range, field + "." + program));
            }
        }
        return VersionFiles.toolVersions(folder, program);
    }

    /** What {@code packageManager} names, with its hash; empty if it names another one or none. */
    static String exact(PackageJson app, String program) {
        String named = app.packageManager();
        return named.startsWith(program + "@") ? named.substring(program.length() + 1) : "";
    }

    private static String withoutHash(String version) {
        int hash = version.indexOf('+');
        return hash < 0 ? version : version.substring(0, hash);
    }

    private static Wish wish(String range, String field) {
        return new Wish(range, field + " in " + PackageJson.NAME, VersionRange.orNone(NpmRange.parse(range)));
    }

    /** How the server gets it. */
    static String remedy(PackageManager manager, Wish wish) {
        return switch (manager) {
            case BERRY -> "commit it with `yarn set version " + wish.text() + "`";
            case BUN -> "on the server: " + RuntimeKind.BUN.remedy().replace("with npm: ", "") + "@" + wish.text();
            case NPM, PNPM, YARN -> "on the server: npm install -g '" + manager.program() + "@" + wish.text() + "'";
        };
    }
}
