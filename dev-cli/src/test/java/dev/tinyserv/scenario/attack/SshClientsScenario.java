package dev.tinyserv.scenario.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tinyserv.fixtures.Result;
import dev.tinyserv.fixtures.Shell;
import dev.tinyserv.fixtures.fault.Requirements;
import dev.tinyserv.scenario.Stage;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The few algorithms that are offered are enough for the SSH clients that people use besides OpenSSH. */
@Tag("thorough")
class SshClientsScenario {
    private static final String PYTHON = "/usr/bin/python3";

    @AutoClose
    private static final Stage STAGE = Stage.start();

    private static String key() {
        return STAGE.sandbox().key().toString();
    }

    private static int port() {
        return STAGE.sandbox().ports().ssh();
    }

    private static Shell shell() {
        return STAGE.developer().shell();
    }

    private static void assertAnswered(Result result) {
        assertThat(result.mustSucceed().out()).contains("apps");
    }

    /** The other scenarios exchange keys in a quicker way. */
    @Test
    void opensshLogsInWithTheKeyExchangeThatItPrefers() {
        String preferred = "sntrup761x25519-sha512@openssh.com";
        assumeThat(shell().run("ssh", "-Q", "kex").out()).contains(preferred);
        Result result = shell().script("$GIT_SSH_COMMAND -o LogLevel=DEBUG -o KexAlgorithms=" + preferred + " -p "
                + port() + " tester@127.0.0.1 apps");
        assertAnswered(result);
        assertThat(result.err()).contains("kex: algorithm: " + preferred);
    }

    @Test
    void dropbearLogsIn() {
        assumeThat(Requirements.unmet("dbclient", "dropbearconvert")).isEmpty();
        assertAnswered(shell().script("""
                dropbearconvert openssh dropbear %s dropbear.key >/dev/null 2>&1 || exit 1
                exec dbclient -y -y -i dropbear.key -p %d tester@127.0.0.1 apps
                """.formatted(key(), port())));
    }

    @Test
    void puttyLogsIn() {
        assumeThat(Requirements.unmet("plink", "puttygen", "ssh-keyscan")).isEmpty();
        assertAnswered(shell().script("""
                puttygen %s -o putty.ppk || exit 1
                ssh-keyscan -t ed25519 -p %d 127.0.0.1 >host.pub 2>/dev/null
                host=$(ssh-keygen -lf host.pub | cut -d' ' -f2)
                exec plink -batch -ssh -i putty.ppk -P %d -hostkey "$host" tester@127.0.0.1 apps
                """.formatted(key(), port(), port())));
    }

    @Test
    void paramikoLogsIn() {
        assumeThat(shell().run(PYTHON, "-c", "import paramiko").exit())
                .as("python3-paramiko is missing")
                .isZero();
        assertAnswered(shell().run(PYTHON, "-c", """
                import paramiko
                client = paramiko.SSHClient()
                client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
                key = paramiko.Ed25519Key.from_private_key_file('%s')
                client.connect('127.0.0.1', %d, 'tester', pkey=key, look_for_keys=False, allow_agent=False)
                output = client.exec_command('apps')[1]
                print(output.read().decode())
                raise SystemExit(output.channel.recv_exit_status())
                """.formatted(key(), port())));
    }

    @Test
    void asyncsshLogsIn() {
        assumeThat(shell().run(PYTHON, "-c", "import asyncssh").exit())
                .as("python3-asyncssh is missing")
                .isZero();
        assertAnswered(shell().run(PYTHON, "-c", """
                import asyncio, asyncssh
                async def main():
                    async with asyncssh.connect('127.0.0.1', %d, username='tester', client_keys=['%s'],
                                                known_hosts=None) as connection:
                        result = await connection.run('apps', check=True)
                        print(result.stdout)
                asyncio.run(main())
                """.formatted(port(), key())));
    }
}
