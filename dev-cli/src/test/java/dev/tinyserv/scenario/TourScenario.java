package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.Eventually;
import dev.tinyserv.fixtures.Repository;
import dev.tinyserv.fixtures.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the documents have a reader do, executed as it stands there: the tour of the README, and the guides. */
@Tag("thorough")
class TourScenario {
    private static DocumentedSteps part(String document, String name) {
        return DocumentedSteps.of(Markdown.of(document).part(name));
    }

    @Test
    void theTourWorksAndPrintsWhatItSays() throws IOException {
        try (Sandbox sandbox = Sandbox.create()) {
            ReadersTerminal terminal = ReadersTerminal.in(sandbox);
            DocumentedSteps tour = part("README.md", "tour");
            assertThat(tour.steps()).hasSizeGreaterThan(5);

            tour.with(terminal::withPorts)
                    .run(terminal.shell(
                            Repository.remoteHome().resolve("bin"),
                            Repository.cliHome().resolve("bin")));

            Eventually.until(
                    "the tour leaves nothing running", () -> sandbox.processes().isEmpty());
        }
    }

    @Test
    void aServerIsInstalledDeployedToAndUpgradedAsTheGuidesSay() throws IOException {
        try (Sandbox sandbox = Sandbox.create()) {
            ReadersTerminal terminal = ReadersTerminal.in(sandbox);
            Path downloads = downloads(sandbox);
            Files.createDirectory(sandbox.folder().resolve("opt"));

            DocumentedSteps.inTurn(
                            part("docs/install.md", "unpack"),
                            part("docs/install.md", "keys"),
                            part("docs/install.md", "start").with(TourScenario::withoutChangesToTheMachine),
                            part("docs/security.md", "deployer"),
                            part("docs/install.md", "developer"),
                            DocumentedSteps.unwritten("cd site"),
                            part("docs/git.md", "deploy"),
                            DocumentedSteps.unwritten("git init -q ../clone && cd ../clone"),
                            part("docs/install.md", "remote"),
                            DocumentedSteps.unwritten("git fetch -q tinyserv && cd .."),
                            part("docs/operations.md", "upgrade"),
                            DocumentedSteps.unwritten("test \"$(curl -s http://127.0.0.1:5000)\" = Hello"),
                            DocumentedSteps.unwritten("tinyserv-remote shutdown"))
                    .with(text -> onThisMachine(terminal, text))
                    .run(terminal.shell(sandbox.home().resolve(".local/bin")).in(downloads));

            Eventually.until(
                    "nothing runs after shutdown", () -> sandbox.processes().isEmpty());
        }
    }

    /** The folder that a reader is in: both archives, a key, and a site to deploy. */
    private static Path downloads(Sandbox sandbox) throws IOException {
        Path folder = Files.createDirectory(sandbox.folder().resolve("downloads"));
        for (Path home : new Path[] {Repository.remoteHome(), Repository.cliHome()}) {
            String archive = home.getFileName() + ".tar.gz";
            Files.copy(home.resolveSibling(archive), folder.resolve(archive));
        }
        Files.writeString(folder.resolve("ada.pub"), sandbox.publicKey(sandbox.key()));
        Files.writeString(folder.resolve("ci.pub"), sandbox.publicKey(sandbox.makeKey("ci", "ci")));
        Path site = Files.createDirectory(folder.resolve("site"));
        Files.writeString(site.resolve("index.html"), "Hello");
        Path built = Files.createDirectory(site.resolve("build"));
        Files.writeString(built.resolve("index.html"), "Hello");
        return folder;
    }

    /** What is started at boot is the matter of {@link InstallScenario}; here tinyserv is started by hand. */
    private static String withoutChangesToTheMachine(String commands) {
        assertThat(commands).contains("\ntinyserv-remote install\nsystemctl start tinyserv\n");
        return commands.replace("\ntinyserv-remote install\nsystemctl start tinyserv\n", "\ntinyserv-remote startup\n");
    }

    private static String onThisMachine(ReadersTerminal terminal, String text) {
        Sandbox sandbox = terminal.sandbox();
        return terminal.withPorts(text.replace("tinyserv@server", "tinyserv@127.0.0.1:2222")
                        .replace("ssh -p 2222 server", "ssh -p 2222 127.0.0.1")
                        .replace("ssh://server:2222/NAME", "ssh://127.0.0.1:2222/myapp"))
                .replace("/opt/", sandbox.folder() + "/opt/")
                .replace("~/.local" + sandbox.folder() + "/opt/", "~/.local/opt/")
                .replace("/usr/local/bin/", terminal.programs() + "/")
                .replace("/srv/tinyserv", sandbox.root().toString());
    }
}
