package dev.tinyserv.buildpacks.buildpack.procfile;

import dev.tinyserv.buildpacks.buildpack.Build;
import dev.tinyserv.buildpacks.buildpack.Buildpack;
import dev.tinyserv.buildpacks.buildpack.BuiltApp;
import dev.tinyserv.buildpacks.source.AppSource;
import dev.tinyserv.buildpacks.source.Procfile;
import java.io.IOException;
import java.util.Map;

/** Takes what has a Procfile, and runs it as it is. */
public final class ProcfileBuildpack implements Buildpack {
    @Override
    public String name() {
        return "procfile";
    }

    @Override
    public boolean detects(AppSource source) throws IOException {
        return source.exists(Procfile.NAME);
    }

    @Override
    public boolean mayTellHowItRuns(Build build) {
        return false;
    }

    @Override
    public BuiltApp build(Build build) {
        build.transcript().step("Nothing to build: the Procfile says what runs");
        return new BuiltApp(name(), Map.of(), Map.of());
    }
}
