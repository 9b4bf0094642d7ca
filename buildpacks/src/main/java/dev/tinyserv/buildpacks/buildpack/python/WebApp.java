package dev.tinyserv.buildpacks.buildpack.python;

import dev.tinyserv.buildpacks.source.FolderFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** How an app of a small framework runs: its object {@code app} or {@code application} in a file with a usual name. */
record WebApp(Path folder, VirtualEnvironment environment) {
    private static final int MAX_BYTES = 1024 * 1024;
    private static final List<String> WSGI_FILES = List.of("app", "main", "wsgi");
    private static final List<String> ASGI_FILES = List.of("main", "app", "asgi");
    private static final Pattern OBJECT =
            Pattern.compile("^(app|application)(?:\\s*:[^=\\n]*)?\\s*=", Pattern.MULTILINE);

    /** Whether there is any file that {@link #processes} could name. */
    static boolean mayBeIn(Path folder) {
        return Stream.concat(WSGI_FILES.stream(), ASGI_FILES.stream())
                .anyMatch(module -> FolderFile.exists(folder, module + ".py"));
    }

    /** The commands for an app without a Procfile; none if its packages and files do not tell. */
    Map<String, String> processes() throws IOException {
        if (environment.has("flask") && environment.has("gunicorn")) {
            return web(WSGI_FILES, "gunicorn ", "");
        }
        if ((environment.has("fastapi") || environment.has("starlette")) && environment.has("uvicorn")) {
            return web(ASGI_FILES, "uvicorn ", " --host 0.0.0.0 --port $PORT");
        }
        return Map.of();
    }

    private Map<String, String> web(List<String> modules, String before, String after) throws IOException {
        for (String module : modules) {
            Optional<String> object = objectIn(module + ".py");
            if (object.isPresent()) {
                return Map.of("web", before + module + ":" + object.get() + after);
            }
        }
        return Map.of();
    }

    private Optional<String> objectIn(String file) throws IOException {
        return AppText.read(folder.resolve(file), MAX_BYTES)
                .map(OBJECT::matcher)
                .filter(Matcher::find)
                .map(found -> found.group(1));
    }
}
