package dev.tinyserv.agent.doctor;

import dev.tinyserv.agent.build.BuildView;
import io.netty.channel.epoll.Epoll;
import java.util.OptionalLong;

/** The kernel offers what the router, the supervisor and builds need. */
final class KernelCheck implements Check {
    private static final String INSTANCES = "fs.inotify.max_user_instances";
    private static final String WATCHES = "fs.inotify.max_user_watches";

    @Override
    public void look(Patient patient, Findings findings) {
        boolean epoll = patient.live()
                .flatMap(Live::router)
                .map(status -> status.transport().equals("epoll"))
                .orElseGet(Epoll::isAvailable);
        if (epoll) {
            findings.ok("the library for epoll is loaded");
        } else {
            findings.warning(
                    "the library for epoll does not load, so an upgrade interrupts requests",
                    "see that lib/native of the distribution is there and not mounted noexec, and that this is x86-64 or"
                            + " arm64 with glibc");
        }
        lookAtInotify(patient, INSTANCES, 16, findings);
        lookAtInotify(patient, WATCHES, 256, findings);
        lookAtProc(patient, findings);
        String cgroups = patient.kernel().exists("sys/fs/cgroup/cgroup.controllers")
                ? "v2"
                : patient.kernel().exists("sys/fs/cgroup") ? "v1" : "none";
        long namespaces =
                patient.kernel().number("proc/sys/user/max_user_namespaces").orElse(0);
        boolean forbidden = patient.kernel()
                        .number("proc/sys/kernel/unprivileged_userns_clone")
                        .orElse(1)
                == 0;
        lookAtBuilds(patient, findings);
        findings.ok("cgroups " + cgroups + ", user namespaces "
                + (namespaces == 0 || forbidden ? "for root only" : "for all users"));
    }

    private static void lookAtBuilds(Patient patient, Findings findings) {
        if (patient.live().isEmpty() || !patient.thorough()) {
            return;
        }
        switch (new BuildView(patient.layout()).isolation()) {
            case PROCESSES ->
                findings.ok(
                        "builds see no files of other apps in TINYSERV_ROOT, and none of their processes and of what"
                                + " those share in memory" + (patient.isRoot() ? ", though they are root" : "")
                                + "; they reach what listens on the network and at abstract sockets"
                                + (patient.isRoot() ? ", and the kernel's keys of root" : ""));
            case FILES ->
                findings.warning(
                        "builds see no files of other apps, but can see and signal their processes, as they can have no"
                                + " /proc of their own",
                        "where tinyserv runs in a container, let that mount /proc: in Docker,"
                                + " --security-opt systempaths=unconfined");
            case NONE ->
                findings.warning(
                        "builds can see the files of other apps, as they can have no mounts of their own",
                        "install util-linux 2.38 or newer, and let users have namespaces: sysctl -w"
                                + " kernel.unprivileged_userns_clone=1 kernel.apparmor_restrict_unprivileged_userns=0,"
                                + " whichever there is");
        }
    }

    private static void lookAtInotify(Patient patient, String name, long least, Findings findings) {
        OptionalLong limit = patient.kernel().number("proc/sys/" + name.replace('.', '/'));
        if (limit.isPresent() && limit.getAsLong() < least) {
            findings.warning(
                    name + " is " + limit.getAsLong() + ", so ends of processes and log lines are seen late",
                    "sysctl -w " + name + "=" + least + " or more");
        }
    }

    private static void lookAtProc(Patient patient, Findings findings) {
        boolean hidden = patient.kernel()
                .lines("proc/mounts")
                .filter(line -> line.startsWith("proc /proc "))
                .anyMatch(line -> line.contains("hidepid=") && !line.contains("hidepid=0"));
        if (hidden && !patient.isRoot()) {
            findings.ok("/proc is mounted with hidepid: doctor cannot tell who else holds a port");
        }
    }
}
