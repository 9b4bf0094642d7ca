package dev.tinyserv.agent.doctor;

import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.buildpacks.base.Sizes;
import dev.tinyserv.buildpacks.process.Command;
import dev.tinyserv.buildpacks.process.CommandFailed;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Enough space and enough inodes are left; a thorough examination tells what takes the space. */
final class DiskCheck implements Check {
    private static final long MB = 1024 * 1024;
    private static final long NEEDED = 200 * MB;
    private static final long WANTED = 1024 * MB;
    private static final long NEEDED_INODES = 1_000;
    private static final long WANTED_INODES = 20_000;
    private static final Duration LIMIT = Duration.ofSeconds(3);
    private static final String REMEDY =
            "`disk:clean` deletes what nobody needs; else lower TINYSERV_KEEP_SLUGS, or use a larger disk";

    @Override
    public void look(Patient patient, Findings findings) {
        Path root = patient.layout().root();
        try {
            FileStore store = Files.getFileStore(root);
            tellSpace(store.getUsableSpace(), store.getTotalSpace(), findings);
        } catch (IOException e) {
            findings.problem("cannot look at " + root + ": " + JsonStore.reason(e), remedy(e));
            return;
        }
        freeInodes(patient, root, findings);
        if (patient.thorough()) {
            tellUse(DiskUse.under(root, patient.environment()), findings);
        }
    }

    static void tellUse(DiskUse use, Findings findings) {
        if (use.bytes().isEmpty() && !use.whole()) {
            findings.warning("cannot tell what takes the space", "install coreutils, whose du does that");
        } else {
            findings.ok(use.text());
        }
    }

    private static String remedy(IOException e) {
        return e instanceof NoSuchFileException
                ? "is TINYSERV_ROOT right? `tinyserv-remote startup` makes it"
                : "see who owns it";
    }

    static void tellSpace(long free, long total, Findings findings) {
        String what = Sizes.of(free) + " free of " + Sizes.of(total);
        if (free < NEEDED) {
            findings.problem(what + ", too little for a deploy", REMEDY);
        } else if (free < WANTED) {
            findings.warning(what, REMEDY);
        } else {
            findings.ok(what);
        }
    }

    private static void freeInodes(Patient patient, Path root, Findings findings) {
        try {
            List<String> lines = Command.of("stat", "-f", "-c", "%c %d", root.toString())
                    .environment(patient.environment())
                    .within(LIMIT)
                    .collect()
                    .lines();
            String[] numbers = lines.get(0).split(" ", -1);
            tellInodes(Long.parseLong(numbers[1]), Long.parseLong(numbers[0]), findings);
        } catch (CommandFailed | NumberFormatException | IndexOutOfBoundsException e) {
            findings.warning("cannot count inodes", "install coreutils, whose stat does that");
        }
    }

    /** Tells of inodes, except on a file system that does not count them: its total is 0. */
    static void tellInodes(long free, long total, Findings findings) {
        if (total == 0) {
            return;
        }
        String what = free + " of " + total + " inodes free";
        if (free < NEEDED_INODES) {
            findings.problem(what + ", too few for a deploy", REMEDY);
        } else if (free < WANTED_INODES) {
            findings.warning(what, REMEDY);
        } else {
            findings.ok(what);
        }
    }
}
