package dev.tinyserv.agent.config;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A network namespace of its own, whose kernel has IPv6 and no address of it. */
public final class WithoutIpv6 {
    private static final String PREPARE = "echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6 && ip link set lo up"
            + " && echo prepared && exec \"$@\"";

    private WithoutIpv6() {}

    /** Whether this machine is as such a namespace. */
    public static boolean isThisMachine() {
        Path addresses = Path.of("/proc/self/net/if_inet6");
        try {
            return !Files.exists(addresses) || !Files.readString(addresses).contains("0".repeat(31) + "1 ");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the main of a class prints there; skips the test where there can be no such namespace. */
    public static String run(Class<?> main, String... arguments) throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command =
                new ArrayList<>(List.of("timeout", "60", "unshare", "--net", "sh", "-c", PREPARE, "sh", java));
        command.addAll(List.of("-Xmx64m", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")));
        command.add(main.getName());
        command.addAll(List.of(arguments));
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            assumeTrue(false, "needs unshare");
            throw e;
        }
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        assumeTrue(printed.contains("prepared"), "needs root, unshare and ip");
        return printed;
    }
}
