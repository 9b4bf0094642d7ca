package dev.tinyserv.agent.build;

import dev.tinyserv.buildpacks.buildpack.Build;
import dev.tinyserv.buildpacks.buildpack.Buildpack;
import dev.tinyserv.buildpacks.buildpack.BuiltApp;
import dev.tinyserv.buildpacks.process.Command;
import dev.tinyserv.buildpacks.source.AppSource;
import java.io.IOException;
import java.util.Map;

/** Builds by running the app's file {@code build.sh}. */
final class ScriptBuildpack implements Buildpack {
    @Override
    public String name() {
        return "script";
    }

    @Override
    public boolean detects(AppSource source) throws IOException {
        return source.exists("build.sh");
    }

    @Override
    public BuiltApp build(Build build) {
        Command.of("sh", "build.sh", build.cache().toString())
                .called("build.sh")
                .in(build.folder())
                .environment(build.environment())
                .marked(build.run().mark())
                .until(build.run().deadline())
                .cancelledBy(build.cancellation())
                .run(build.transcript()::detail);
        return new BuiltApp(name(), Map.of("web", "default"), Map.of("FROM_BUILDPACK", "1"));
    }
}
