package dev.tinyserv.agent.git;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.eclipse.jgit.transport.PacketLineOut;
import org.eclipse.jgit.transport.ReceiveCommand;
import org.eclipse.jgit.transport.SideBandOutputStream;

/** Writes the result of each ref, git's {@code report-status}, and the end of the session. */
final class PushReport {
    private PushReport() {}

    static void send(List<ReceiveCommand> commands, boolean sideBand, OutputStream packets) throws IOException {
        OutputStream way = sideBand
                ? new SideBandOutputStream(SideBandOutputStream.CH_DATA, SideBandOutputStream.MAX_BUF, packets)
                : packets;
        PacketLineOut lines = new PacketLineOut(way);
        lines.writeString("unpack ok\n");
        for (ReceiveCommand command : commands) {
            lines.writeString(line(command) + "\n");
        }
        lines.end();
        if (sideBand) {
            end(packets);
        }
    }

    static void end(OutputStream packets) throws IOException {
        new PacketLineOut(packets).end();
    }

    private static String line(ReceiveCommand command) {
        if (command.getResult() == ReceiveCommand.Result.OK) {
            return "ok " + command.getRefName();
        }
        String reason = command.getMessage();
        return "ng " + command.getRefName() + " " + (reason == null ? "refused" : reason);
    }
}
