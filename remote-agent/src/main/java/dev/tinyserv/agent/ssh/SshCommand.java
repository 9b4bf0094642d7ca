package dev.tinyserv.agent.ssh;

import dev.tinyserv.agent.app.Account;
import dev.tinyserv.agent.command.Call;
import dev.tinyserv.agent.command.Caller;
import dev.tinyserv.agent.keys.AuthorizedKeys;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Cancellation;
import dev.tinyserv.buildpacks.process.Daemon;
import dev.tinyserv.buildpacks.process.Transcript;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One command of a client. It makes a {@link Call}, has it handled on its own thread, and reports the exit status. */
final class SshCommand implements Command, RunningCommands.Running {
    /** What all commands of a server share. */
    record Shared(AuthorizedKeys keys, Call.Handler handler, Executor threads, RunningCommands running) {}

    private static final Logger LOG = LoggerFactory.getLogger(SshCommand.class);

    private final Shared shared;
    private final String line;
    private final Cancellation cancellation = new Cancellation();
    private final AtomicBoolean cancelling = new AtomicBoolean();
    private volatile boolean finished;
    private volatile @Nullable Caller caller;
    private volatile @Nullable String revoked;
    private InputStream in = InputStream.nullInputStream();
    private OutputStream out = OutputStream.nullOutputStream();
    private OutputStream err = OutputStream.nullOutputStream();
    private ExitCallback exit = (status, message, closeImmediately) -> {};

    SshCommand(Shared shared, String line) {
        this.shared = shared;
        this.line = line;
    }

    @Override
    public void setInputStream(InputStream stream) {
        in = stream;
    }

    @Override
    public void setOutputStream(OutputStream stream) {
        out = stream;
    }

    @Override
    public void setErrorStream(OutputStream stream) {
        err = stream;
    }

    @Override
    public void setExitCallback(ExitCallback callback) {
        exit = callback;
    }

    @Override
    public void start(ChannelSession channel, Environment environment) {
        if (!(channel instanceof CommandChannel commandChannel)) {
            throw new IllegalStateException("not one of our channels: " + channel);
        }
        if (commandChannel.hasTerminal()) {
            out = new TerminalOutput(out);
            err = new TerminalOutput(err);
        }
        if (!shared.running().begin(this, commandChannel.getSession())) {
            end(refuse(new Refusal("tinyserv is leaving or starting again; try again in a moment")));
            return;
        }
        commandChannel.onCancel(() -> cancel("the client has ended it"));
        try {
            shared.threads().execute(() -> run(commandChannel));
        } catch (RejectedExecutionException e) {
            end(refuse(new Refusal("too many commands run at once; try again later")));
        } catch (OutOfMemoryError e) {
            LOG.error("no thread for a command: {}", e.getMessage());
            end(refuse(new Refusal("the server can make no more threads; try again later")));
        }
    }

    @Override
    public void destroy(ChannelSession channel) {
        cancel("the connection was closed");
    }

    /**
     * Cancels on a thread of its own: listeners may take their time, and the caller may be a thread for all sessions.
     */
    @Override
    public void cancel(String why) {
        if (!finished && cancelling.compareAndSet(false, true)) {
            Daemon.start("ssh-cancel", () -> cancellation.cancel(why));
        }
    }

    @Override
    public boolean exceeds(Account now) {
        Caller then = caller;
        return then != null && then.exceeds(now);
    }

    @Override
    public void revoke(String why) {
        revoked = why;
        cancel(why);
    }

    private void run(CommandChannel channel) {
        int status = Refusal.FAILED;
        try {
            status = shared.handler().handle(call(channel));
            String why = revoked;
            if (status == 0 && why != null && cancellation.isCancelled()) {
                status = refuse(new Refusal(why));
            }
        } catch (Refusal refusal) {
            status = refuse(refusal);
        } catch (RuntimeException e) {
            LOG.error("A command failed", e);
            refuse(new Refusal("this failed inside tinyserv; the agent's log says why"));
        } finally {
            end(status);
        }
    }

    private Call call(CommandChannel channel) {
        List<String> words = CommandLineWords.split(line);
        Caller who = new Caller(account(channel));
        caller = who;
        return new Call(
                who,
                words.isEmpty() ? List.of("help") : words,
                channel.variables(),
                in,
                out,
                err,
                Optional.of(localAddress(channel)),
                cancellation);
    }

    /** The account of the session's key, looked up for each command: a removed or restricted key is so at once. */
    private Account account(CommandChannel channel) {
        if (channel.getSession() instanceof AgentSession session) {
            return session.signer().flatMap(shared.keys()::accountOf).orElseThrow(() -> new Refusal(KeyWatch.REMOVED));
        }
        throw new IllegalStateException("not one of our sessions");
    }

    private static String localAddress(CommandChannel channel) {
        if (channel.getSession().getIoSession().getLocalAddress() instanceof InetSocketAddress local) {
            String text = local.getAddress().getHostAddress();
            int scope = text.indexOf('%');
            return scope < 0 ? text : text.substring(0, scope);
        }
        return "";
    }

    private int refuse(Refusal refusal) {
        try {
            err.write((Transcript.PROBLEM + refusal.getMessage() + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            LOG.debug("The client is gone before it read a refusal", e);
        }
        return refusal.exitCode();
    }

    private void end(int status) {
        finished = true;
        try {
            out.flush();
            err.flush();
        } catch (IOException e) {
            LOG.debug("The client is gone before it read all", e);
        }
        exit.onExit(status);
        shared.running().ended(this);
    }
}
