package dev.tinyserv.agent.git;

import dev.tinyserv.agent.AgentSettings;
import dev.tinyserv.agent.app.Account;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.event.Events;
import dev.tinyserv.agent.event.LogContext;
import dev.tinyserv.agent.submit.Origin;
import dev.tinyserv.buildpacks.process.Cancellation;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.jgit.lib.ObjectId;

/** The services behind a door for git's {@code ssh} transport: a script that connects to a socket on this machine. */
final class Server implements AutoCloseable {
    static final AppName APP = new AppName("myapp");
    static final Account ADA = Account.admin("ada");

    private static final String SSH = """
            #!/usr/bin/perl
            use IO::Socket::INET;
            my $s = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => PORT) or die;
            $s->autoflush(1);
            print $s join(' ', $ARGV[-1], $ENV{GIT_PROTOCOL} // ''), "\\n";
            my $child = fork();
            if ($child == 0) {
                while (sysread(STDIN, my $b, 65536)) { syswrite($s, $b) or last }
                shutdown($s, 1);
                exit 0;
            }
            close(STDIN);
            while (sysread($s, my $b, 65536)) { syswrite(STDOUT, $b) or last }
            kill 'TERM', $child;
            exit 0;
            """;

    final Path root;
    final FakeSubmissions submissions = new FakeSubmissions();
    final Events events = new Events();
    volatile Repositories repositories;
    volatile ArchiveService archives;
    volatile GitServices services;
    final AgentSettings settings;
    /** The threads of the door that serve a client now. */
    final List<Thread> serving = new CopyOnWriteArrayList<>();

    private final Path ssh;
    private final ServerSocket socket;

    Server(Path folder, Map<String, String> more) throws IOException {
        root = Files.createDirectories(folder.resolve("root"));
        Map<String, String> environment = new HashMap<>(more);
        environment.put("TINYSERV_ROOT", root.toString());
        settings = AgentSettings.load(environment);
        open();
        repositories.create(APP);
        socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        ssh = folder.resolve("ssh");
        Files.writeString(ssh, SSH.replace("PORT", Integer.toString(socket.getLocalPort())));
        Files.setPosixFilePermissions(ssh, PosixFilePermissions.fromString("rwx------"));
        start(this::accept);
    }

    private void open() {
        services = GitServices.of(settings.git(), submissions, submissions::released, events);
        repositories = services.repositories();
        archives = services.archives();
    }

    /** Has other services follow these, as when an agent was killed. */
    void succeed() {
        services.close();
        open();
        repositories.sweepUnfinished();
    }

    Path repository() {
        return settings.layout().repository(APP);
    }

    Path sshCommand() {
        return ssh;
    }

    private void accept() {
        try {
            while (true) {
                Socket client = socket.accept();
                start(() -> serve(client));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket client) {
        serving.add(Thread.currentThread());
        try (client) {
            InputStream in = client.getInputStream();
            OutputStream out = client.getOutputStream();
            String request = readLine(in);
            String protocol = request.substring(request.lastIndexOf(' ') + 1);
            LogContext.app(APP); // as the doors do
            GitSession session = session(APP, ADA, in, out, protocol);
            if (request.startsWith("git-receive-pack")) {
                services.pushes().serve(session);
            } else {
                services.fetches().serve(session);
            }
        } catch (IOException e) {
            // the client has gone
        } finally {
            serving.remove(Thread.currentThread());
        }
    }

    static GitSession session(AppName app, Account by, InputStream in, OutputStream out, String protocol) {
        return new GitSession(
                app, by, "localhost", in, out, OutputStream.nullOutputStream(), new Cancellation(), protocol);
    }

    private static String readLine(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            line.append((char) c);
        }
        return new String(line.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "test-door");
        thread.setDaemon(true);
        thread.start();
    }

    /** What the submission of a commit says of what it changes. */
    boolean differ(String earlier, String commit, List<String> paths) throws IOException {
        try (Quarantine quarantine = repositories.quarantine(APP)) {
            ObjectId id = ObjectId.fromString(commit);
            return quarantine
                    .submission(
                            new Origin(ADA, "localhost", line -> {}, new Cancellation()),
                            commit,
                            new BranchMove(quarantine, DeployBranch.MAIN, ObjectId.zeroId(), id, ""))
                    .comparison()
                    .changes(earlier, paths);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
        services.close();
    }
}
