package dev.tinyserv.buildpacks.buildpack;

import dev.tinyserv.buildpacks.Refusal;
import dev.tinyserv.buildpacks.source.AppSource;
import java.io.IOException;
import java.util.List;

/**
 * The buildpacks that there are.
 *
 * @param all in the order in which they are asked: the first that detects its files builds
 */
public record Buildpacks(List<Buildpack> all) {
    private static final String UNKNOWN =
            "no Procfile, and no file that tells the language, such as package.json or requirements.txt";

    /** Copies what it is given. */
    public Buildpacks {
        all = List.copyOf(all);
    }

    /**
     * The buildpack for an app.
     *
     * @throws Refusal if no buildpack knows the app's files
     * @throws IOException if the source cannot be read
     */
    public Buildpack choose(AppSource source) throws IOException {
        for (Buildpack buildpack : all) {
            if (buildpack.detects(source)) {
                return buildpack;
            }
        }
        if (source.exists("procfile")) {
            throw new Refusal(UNKNOWN + ", but a file procfile: rename it with `git mv procfile Procfile`");
        }
        throw new Refusal(UNKNOWN + ": add a Procfile such as `web: ./server --port $PORT` and push again");
    }
}
