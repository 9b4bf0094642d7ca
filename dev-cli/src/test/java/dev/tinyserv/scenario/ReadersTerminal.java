package dev.tinyserv.scenario;

import dev.tinyserv.fixtures.Sandbox;
import dev.tinyserv.fixtures.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;

/**
 * A terminal of somebody who does what a document says. It differs from the reader's in this: the ports come from a
 * sandbox, HOME is the sandbox's, and ssh takes its files from there, too.
 *
 * @param sandbox where it is
 * @param programs a folder of programs that is first on the PATH
 */
record ReadersTerminal(Sandbox sandbox, Path programs) {
    /** A terminal in a sandbox. */
    static ReadersTerminal in(Sandbox sandbox) throws IOException {
        Path programs = Files.createDirectory(sandbox.folder().resolve("bin"));
        Path ssh = Files.writeString(
                programs.resolve("ssh"), "#!/bin/sh\nexec /usr/bin/ssh -F " + sandbox.sshConfig() + " \"$@\"\n");
        Files.setPosixFilePermissions(ssh, PosixFilePermissions.fromString("rwxr-xr-x"));
        return new ReadersTerminal(sandbox, programs);
    }

    /** Its shell, which also finds programs in the given folders. */
    Shell shell(Path... others) {
        StringBuilder path = new StringBuilder(programs.toString());
        List.of(others).forEach(folder -> path.append(':').append(folder));
        path.append(':').append(sandbox.shell().environment().get("PATH"));
        return sandbox.shell()
                .without("GIT_SSH_COMMAND")
                .with(Map.of(
                        "PATH",
                        path.toString(),
                        "TINYSERV_BIND",
                        "127.0.0.1",
                        "TINYSERV_SSH_PORT",
                        Integer.toString(sandbox.ports().ssh()),
                        "TINYSERV_START_PORT",
                        Integer.toString(sandbox.ports().start()),
                        "TINYSERV_INSTANCE_PORTS",
                        sandbox.ports().instanceRange()));
    }

    /** The documents' two ports are the defaults; here they are the sandbox's. */
    String withPorts(String text) {
        return text.replaceAll("\\b2222\\b", Integer.toString(sandbox.ports().ssh()))
                .replaceAll("\\b5000\\b", Integer.toString(sandbox.ports().start()));
    }
}
