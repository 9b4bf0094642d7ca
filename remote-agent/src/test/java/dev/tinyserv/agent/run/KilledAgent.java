package dev.tinyserv.agent.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** An agent with one app that says when it is up, and then waits to be killed. */
final class KilledAgent {
    private KilledAgent() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        Path root = Files.createDirectories(Path.of(args[0]));
        Machine machine = new Machine(root);
        machine.deploy(machine.release(1, Machine.SERVER));
        Path pid = Files.writeString(
                root.resolve("pid"), String.valueOf(machine.status().pid()));
        Files.move(pid, root.resolve("up"), StandardCopyOption.ATOMIC_MOVE);
        Thread.currentThread().join();
    }
}
