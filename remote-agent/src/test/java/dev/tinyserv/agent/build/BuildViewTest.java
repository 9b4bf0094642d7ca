package dev.tinyserv.agent.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinyserv.agent.AgentSettings;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.store.DurableFile;
import dev.tinyserv.buildpacks.process.Command;
import dev.tinyserv.buildpacks.process.Isolation;
import dev.tinyserv.buildpacks.process.PrivateView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BuildViewTest {
    private static final AppName SHOP = new AppName("shop");

    @TempDir
    private Path folder;

    /** The root may be known by a link to it. */
    @ParameterizedTest
    @ValueSource(strings = {"root", "link"})
    void aBuildSeesItsOwnFoldersAndNothingElseOfTheServer(String name) throws IOException {
        Files.createDirectory(folder.resolve("root"));
        Files.createSymbolicLink(folder.resolve("link"), Path.of("root"));
        Path root = folder.resolve(name);
        Layout layout =
                AgentSettings.load(Map.of("TINYSERV_ROOT", root.toString())).layout();
        BuildView view = new BuildView(layout);
        assumeTrue(view.isolation() == Isolation.PROCESSES, "needs root or user namespaces");
        Path tree = Files.createDirectories(layout.builds(SHOP).resolve(".building-1"));
        Files.createDirectories(layout.builds(new AppName("other")));
        Files.createDirectories(layout.cache(SHOP));
        Files.createDirectories(layout.releases(SHOP));
        Files.writeString(layout.authorizedKeys(), "ssh-ed25519 secret");
        Files.writeString(root.resolve(DurableFile.TEMPORARY_PREFIX + "1-1"), "ssh-ed25519 secret");
        BuildTraces traces = new BuildTraces(layout, new Disposal());
        try (BuildTraces.Trace trace = traces.begin("1")) {
            List<String> command = new ArrayList<>(view.launcher(SHOP, tree, trace));
            command.addAll(List.of("sh", "-c", "ls -A ../../..; ls ../.. ../../../releases; echo done >made"));

            String printed = Command.of(command)
                    .in(tree)
                    .environment(PrivateView.environment(Map.of("PATH", "/nowhere:/usr/bin:/bin")))
                    .collect()
                    .text();

            assertThat(printed).isEqualTo("builds\ncache\nreleases\nrun\n../..:\nshop\n\n../../../releases:");
            assertThat(tree.resolve("made")).hasContent("done");
        }
        assertThat(layout.temporary()).isEmptyDirectory();
    }
}
