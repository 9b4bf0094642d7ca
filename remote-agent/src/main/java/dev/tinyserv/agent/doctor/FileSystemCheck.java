package dev.tinyserv.agent.doctor;

import dev.tinyserv.agent.log.HolePunch;
import dev.tinyserv.agent.store.DiskTrouble;
import dev.tinyserv.agent.store.JsonStore;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** The file system of TINYSERV_ROOT can be written, outlives a reboot, and can punch holes. */
final class FileSystemCheck implements Check {
    private static final Set<String> IN_MEMORY = Set.of("tmpfs", "ramfs");
    private static final Set<String> OVER_A_NETWORK = Set.of("nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs");

    @Override
    public void look(Patient patient, Findings findings) {
        Path root = patient.layout().root();
        if (Files.notExists(root)) {
            return; // DiskCheck tells that
        }
        try {
            FileStore store = Files.getFileStore(root);
            tell(store.type(), store.isReadOnly(), findings);
            if (!store.isReadOnly() && !Files.isWritable(root)) {
                findings.problem("we may not write into " + root, "give it to the user that tinyserv runs as");
            } else if (!store.isReadOnly()) {
                tryToPunch(patient, findings);
            }
        } catch (IOException e) {
            findings.problem("cannot look at " + root + ": " + JsonStore.reason(e), "see who owns it");
        }
    }

    static void tell(String type, boolean readOnly, Findings findings) {
        if (readOnly) {
            findings.problem("TINYSERV_ROOT is read-only", "`dmesg` tells why; mount it read-write");
        } else if (IN_MEMORY.contains(type)) {
            findings.warning("TINYSERV_ROOT lies on " + type + ": a reboot deletes all apps", "move it to a disk");
        } else if (OVER_A_NETWORK.contains(type)) {
            findings.warning(
                    "TINYSERV_ROOT lies on " + type + ", where locks and sockets may not work",
                    "move it to a disk of this machine");
        } else if (type.equals("overlay")) {
            findings.warning(
                    "TINYSERV_ROOT lies on overlay: if that is a container's own layer, it goes with the container",
                    "put it on a volume");
        } else {
            findings.ok(type + ", writable");
        }
    }

    private static void tryToPunch(Patient patient, Findings findings) {
        Path run = patient.layout().run();
        if (!Files.isDirectory(run)) {
            return;
        }
        try {
            punch(run, findings);
        } catch (IOException e) {
            tellUnwritable(run, e, findings);
        }
    }

    static void tellUnwritable(Path folder, IOException e, Findings findings) {
        findings.problem(
                "cannot write into " + folder + ": " + JsonStore.reason(e),
                DiskTrouble.isFull(e) ? "free some space" : "see its owner and mode, and what `dmesg` tells");
    }

    private static void punch(Path run, Findings findings) throws IOException {
        Path file = Files.createTempFile(run, "doctor", ".tmp");
        try {
            Files.write(file, new byte[64 * 1024]);
            if (HolePunch.worksOn(file)) {
                findings.ok("can punch holes into files");
            } else {
                findings.warning(
                        "cannot punch holes into files, so a log line may be lost when raw output is cut",
                        "install util-linux, or use ext4, xfs or btrfs");
            }
        } finally {
            Files.delete(file);
        }
    }
}
