package dev.tinyserv.agent.doctor;

import dev.tinyserv.agent.config.PortRange;
import java.util.Optional;
import java.util.OptionalLong;

/** The kernel gives no port of ours to an outgoing connection, and lets this user listen on all of them. */
final class PortRangeCheck implements Check {
    private static final String EPHEMERAL = "proc/sys/net/ipv4/ip_local_port_range";
    private static final String PRIVILEGED = "proc/sys/net/ipv4/ip_unprivileged_port_start";

    @Override
    public void look(Patient patient, Findings findings) {
        PortRange instances = patient.settings().server().instancePorts();
        Optional<PortRange> ephemeral = patient.kernel().text(EPHEMERAL).flatMap(PortRangeCheck::range);
        if (ephemeral.isPresent()) {
            PortRange kernels = ephemeral.get();
            String there = "the kernel's " + kernels.first() + "-" + kernels.last();
            if (instances.first() <= kernels.last() && kernels.first() <= instances.last()) {
                findings.warning(
                        "TINYSERV_INSTANCE_PORTS " + instances.first() + "-" + instances.last() + " overlaps " + there
                                + ", so outgoing connections take ports of apps",
                        "move one of them (net.ipv4.ip_local_port_range)");
            } else {
                findings.ok("TINYSERV_INSTANCE_PORTS and " + there + " are apart");
            }
            lookAtOwn(kernels, patient.settings().server().sshPort(), "TINYSERV_SSH_PORT", findings);
            lookAtOwn(kernels, patient.settings().server().startPort(), "TINYSERV_START_PORT", findings);
        }
        OptionalLong privileged = patient.kernel().number(PRIVILEGED);
        if (privileged.isPresent() && !patient.isRoot()) {
            lookAtPrivileged(
                    privileged.getAsLong(), patient.settings().server().sshPort(), "TINYSERV_SSH_PORT", findings);
            lookAtPrivileged(
                    privileged.getAsLong(), patient.settings().server().startPort(), "TINYSERV_START_PORT", findings);
        }
    }

    private static void lookAtOwn(PortRange kernels, int port, String setting, Findings findings) {
        if (kernels.contains(port)) {
            findings.warning(
                    setting + "=" + port + " lies among the ports that the kernel gives to outgoing connections",
                    "move it below " + kernels.first());
        }
    }

    private static void lookAtPrivileged(long first, int port, String setting, Findings findings) {
        if (port < first) {
            findings.problem(
                    setting + "=" + port + " is a port for root only",
                    "move it to " + first + " or above, or lower net.ipv4.ip_unprivileged_port_start");
        }
    }

    private static Optional<PortRange> range(String text) {
        String[] ends = text.strip().split("\\s+", -1);
        try {
            return Optional.of(new PortRange(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1])));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
