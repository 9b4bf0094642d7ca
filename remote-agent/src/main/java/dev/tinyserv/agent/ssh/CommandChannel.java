package dev.tinyserv.agent.ssh;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.apache.sshd.client.future.DefaultOpenFuture;
import org.apache.sshd.client.future.OpenFuture;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.RequestHandler.Result;
import org.apache.sshd.common.channel.exception.SshChannelOpenException;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.channel.ChannelSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A channel that runs one command and nothing else: no subsystems, no forwarding, and only variables that the
 * {@link CallerEnvironment} accepts. A terminal that the client asks for is granted, but is not real: it turns line ends
 * into CR LF, Ctrl-C into a cancellation, and Ctrl-D into the end of input. The user's own terminal does none of this
 * any more once one was granted.
 */
final class CommandChannel extends ChannelSession {
    private static final Logger LOG = LoggerFactory.getLogger("dev.tinyserv.agent.ssh.SshServer");
    private static final byte CTRL_C = 3;
    private static final byte CTRL_D = 4;

    private final Map<String, String> variables = new TreeMap<>();
    private boolean terminal;
    private volatile @Nullable Runnable cancellation;

    /** The accepted ones of the variables that the client sent. */
    Map<String, String> variables() {
        return variables;
    }

    /** Whether the client has asked for a terminal. */
    boolean hasTerminal() {
        return terminal;
    }

    /** Has this done when the client does not want the command any more: on Ctrl-C, a signal, a break, or the close. */
    void onCancel(Runnable action) {
        cancellation = action;
    }

    private void cancel() {
        Runnable action = cancellation;
        if (action != null) {
            action.run();
        }
    }

    @Override
    public OpenFuture open(long recipient, long windowSize, long packetSize, Buffer buffer) {
        if (!(getSession() instanceof AgentSession session)) {
            throw new IllegalStateException("not one of our sessions");
        }
        if (!session.takeChannel()) {
            OpenFuture refused = new DefaultOpenFuture(this.toString(), futureLock);
            refused.setException(
                    new SshChannelOpenException(
                            getChannelId(),
                            SshConstants.SSH_OPEN_RESOURCE_SHORTAGE,
                            "at most " + session.maxChannels()
                                    + " commands at once over one connection; TINYSERV_MAX_CHANNELS on the server allows more"));
            return refused;
        }
        addCloseFutureListener(closed -> session.giveChannelBack());
        return super.open(recipient, windowSize, packetSize, buffer);
    }

    @Override
    public void handleClose() throws IOException {
        cancel();
        super.handleClose();
    }

    /**
     * Sends the status before the end of the output: OpenSSH with a shared connection can close at that end, and miss a
     * status that comes later.
     */
    @Override
    protected void closeShell(int status, boolean immediately) throws IOException {
        if (!isClosing()) {
            sendExitStatus(status);
        }
        super.closeShell(status, immediately);
    }

    @Override
    protected void doWriteData(byte[] data, int offset, long length) throws IOException {
        int kept = terminal ? beforeControl(data, offset, (int) length) : (int) length;
        giveToCommand(data, offset, kept);
        if (kept == length) {
            return;
        }
        if (data[offset + kept] == CTRL_C) {
            cancel();
        } else if (receiver != null) {
            receiver.close();
        }
    }

    /**
     * Drops input for a command that has closed its input. A command may refuse before it has read everything. If this
     * failed, the whole connection would end before the client has read the refusal.
     */
    private void giveToCommand(byte[] data, int offset, long length) throws IOException {
        try {
            super.doWriteData(data, offset, length);
        } catch (IOException e) {
            if (!getSession().isOpen()) {
                throw e;
            }
            LOG.debug("a command has closed its input: {}", e.getMessage());
        }
    }

    private static int beforeControl(byte[] data, int offset, int length) {
        int kept = 0;
        while (kept < length && data[offset + kept] != CTRL_C && data[offset + kept] != CTRL_D) {
            kept++;
        }
        return kept;
    }

    @Override
    protected Result handleEnvParsed(String name, String value) {
        if (!CallerEnvironment.accepts(name, value)) {
            return Result.ReplyFailure;
        }
        variables.put(name, value);
        return Result.ReplySuccess;
    }

    @Override
    protected Result handlePtyReq(Buffer buffer, boolean wantReply) {
        String type = buffer.getString();
        if (CallerEnvironment.accepts("TERM", type)) {
            variables.put("TERM", type);
        }
        terminal = true;
        return Result.ReplySuccess;
    }

    @Override
    protected Result handleWindowChange(Buffer buffer, boolean wantReply) {
        return Result.ReplySuccess;
    }

    @Override
    protected Result handleSignalParsed(String name) {
        if (name.equals("INT") || name.equals("TERM")) {
            cancel();
        }
        return Result.ReplySuccess;
    }

    @Override
    protected Result handleBreakParsed(long milliseconds) {
        cancel();
        return Result.ReplySuccess;
    }

    @Override
    protected Result handleSubsystem(String request, Buffer buffer, boolean wantReply) {
        return Result.ReplyFailure;
    }

    @Override
    protected Result handleAgentForwarding(String request, Buffer buffer, boolean wantReply) {
        return Result.ReplyFailure;
    }

    @Override
    protected Result handleX11Forwarding(String request, Buffer buffer, boolean wantReply) {
        return Result.ReplyFailure;
    }
}
