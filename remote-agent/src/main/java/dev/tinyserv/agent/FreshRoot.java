package dev.tinyserv.agent;

import dev.tinyserv.agent.config.ServerSettings;
import dev.tinyserv.buildpacks.base.Refusal;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;

/** A root that is not there yet: that of a new server, or one that somebody has mistyped. */
final class FreshRoot {
    private FreshRoot() {}

    /**
     * Says that a new server begins if the root is not there. Refuses beside a server whose port it would need: then the
     * root is mistyped, and nothing is made there.
     */
    static void announce(ServerSettings server, PrintStream console) {
        Path root = server.layout().root();
        if (Files.exists(root)) {
            return;
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(server.bind().forJavaSocket(server.sshPort()));
        } catch (IOException e) {
            throw new Refusal(
                    "there is no folder " + root + ", and a new server there could not listen on port "
                            + server.sshPort() + " (" + e.getMessage()
                            + "): correct TINYSERV_ROOT, or set TINYSERV_SSH_PORT for a second server",
                    e);
        }
        console.println("There is no folder " + root + ": a new server begins there");
    }
}
