package dev.tinyserv.agent.build;

import dev.tinyserv.buildpacks.process.Command;
import dev.tinyserv.buildpacks.process.Program;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * OpenSSH's server on a port of the loopback address, which lets in those whose key it was told of as the user that runs
 * this. The port is ours all the time: each connection gets a server of its own, as from inetd.
 */
final class OpenSshServer implements AutoCloseable {
    private final Path folder;
    private final Path program;
    private final ServerSocket socket;
    private final Queue<Process> servers = new ConcurrentLinkedQueue<>();

    /**
     * Starts it.
     *
     * @param folder is made
     * @param path where its programs are
     */
    OpenSshServer(Path folder, String path) throws IOException {
        this.folder = Files.createDirectory(folder);
        this.program = Program.find("sshd", Map.of("PATH", path)).orElseThrow();
        if ("root".equals(System.getProperty("user.name"))) {
            Files.createDirectories(Path.of("/run/sshd")); // where it locks its unprivileged half up
        }
        String key = folder.resolve("host").toString();
        Command.of("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key)
                .environment(Map.of("PATH", path))
                .collect();
        Files.createFile(folder.resolve("keys"));
        Files.writeString(folder.resolve("config"), """
                HostKey %s/host
                AuthorizedKeysFile %s/keys
                PidFile none
                StrictModes no
                UsePAM no
                Subsystem sftp internal-sftp
                PasswordAuthentication no
                KbdInteractiveAuthentication no
                SetEnv HOME=%s GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null
                """.formatted(folder, folder, folder));
        this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        daemon(this::accept);
    }

    int port() {
        return socket.getLocalPort();
    }

    /** Lets one key in, and no other. */
    void letIn(String publicKey) throws IOException {
        Files.writeString(folder.resolve("keys"), publicKey + "\n");
    }

    private void accept() throws IOException {
        while (!socket.isClosed()) {
            Socket connection = socket.accept();
            Process server = new ProcessBuilder(
                            program.toString(),
                            "-i",
                            "-e",
                            "-f",
                            folder.resolve("config").toString())
                    .redirectError(ProcessBuilder.Redirect.appendTo(
                            folder.resolve("log").toFile()))
                    .start();
            servers.add(server);
            daemon(() -> copy(connection.getInputStream(), server.getOutputStream()));
            daemon(() -> {
                try (connection) {
                    copy(server.getInputStream(), connection.getOutputStream());
                }
            });
        }
    }

    private static void copy(InputStream from, OutputStream to) throws IOException {
        try (from;
                to) {
            byte[] some = new byte[8192];
            for (int count = from.read(some); count >= 0; count = from.read(some)) {
                to.write(some, 0, count);
                to.flush();
            }
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private void daemon(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                note(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    /** One side of a connection often ends before the other has read all. */
    private void note(IOException e) {
        if (!socket.isClosed()) {
            System.getLogger(OpenSshServer.class.getName()).log(System.Logger.Level.DEBUG, "a connection ended", e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        servers.forEach(Process::destroyForcibly);
    }
}
