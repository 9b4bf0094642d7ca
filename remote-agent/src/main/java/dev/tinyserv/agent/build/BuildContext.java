package dev.tinyserv.agent.build;

import dev.tinyserv.buildpacks.runtime.Runtimes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;

/**
 * What all builds share.
 *
 * @param machine what they use of the machine
 * @param disposal deletes what could not be deleted before
 * @param folders where slugs are made and caches lie
 * @param traces what a build leaves while it runs
 * @param deployKeys for private submodules
 * @param view hides other apps from a build
 */
record BuildContext(
        BuildSettings settings,
        Clock clock,
        Machine machine,
        Disposal disposal,
        SlugFolders folders,
        BuildTraces traces,
        DeployKeys deployKeys,
        BuildView view) {
    /**
     * What builds use of the machine.
     *
     * @param environment the agent's own variables, of which builds get few
     * @param runtimes the versions of languages that are installed
     */
    record Machine(Map<String, String> environment, Runtimes runtimes) {
        Machine {
            environment = Map.copyOf(environment);
        }
    }

    /** The free bytes of the disk on which slugs are made. */
    long free() {
        Path builds = settings.layout().builds();
        return (Files.isDirectory(builds) ? builds : settings.layout().root())
                .toFile()
                .getUsableSpace();
    }
}
