package dev.tinyserv.agent.doctor;

import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.buildpacks.base.ShellWord;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;

/** TINYSERV_ROOT belongs to one ordinary user, and only that user can write it or read its secrets. */
final class OwnerCheck implements Check {
    private static final int MOST_TOLD = 5;

    /** How the names of files end that hold no secret, in folders of those that do. */
    private static final List<String> PUBLIC = List.of(".pub", ".known_hosts");

    @Override
    public void look(Patient patient, Findings findings) {
        Layout layout = patient.layout();
        if (Files.notExists(layout.root())) {
            return; // DiskCheck tells that
        }
        try {
            UserPrincipal owner = Files.getOwner(layout.root());
            if (owner.getName().equals("root")) {
                findings.warning(
                        layout.root() + " belongs to root, so tinyserv and all apps run as root",
                        "give it to a user of its own: shutdown, chown -R, startup");
            } else {
                findings.ok(layout.root() + " belongs to " + owner.getName());
            }
            new Looking(owner, findings).at(layout);
        } catch (IOException e) {
            findings.problem("cannot see who owns " + layout.root() + ": " + JsonStore.reason(e), "see its mode");
        }
    }

    /** One walk over the files that matter, which stops after the first few problems. */
    private record Looking(UserPrincipal owner, Findings findings) {
        void at(Layout layout) throws IOException {
            one(layout.root(), false);
            entries(layout.root(), false);
            for (Path folder : List.of(layout.apps(), layout.run(), layout.repositories(), layout.builds())) {
                entries(folder, false);
            }
            entries(layout.hostKeys(), true);
            entries(layout.deployKeys(), true);
            for (Path entry : entries(layout.releases(), true)) {
                entries(entry, true); // of one app
            }
        }

        private List<Path> entries(Path folder, boolean secret) throws IOException {
            if (!Files.isDirectory(folder) || findings.problems() >= MOST_TOLD) {
                return List.of();
            }
            List<Path> entries = FileTree.entries(folder, "*");
            entries.forEach(entry -> one(entry, secret && PUBLIC.stream().noneMatch(entry.toString()::endsWith)));
            return entries;
        }

        private void one(Path file, boolean secret) {
            if (findings.problems() >= MOST_TOLD) {
                return;
            }
            try {
                look(file, Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS), secret);
            } catch (IOException e) {
                return; // the file went while we looked
            }
        }

        private void look(Path file, PosixFileAttributes attributes, boolean secret) {
            if (attributes.isSymbolicLink()) {
                return; // its mode means nothing
            }
            String word = ShellWord.of(file.toString());
            if (!attributes.owner().equals(owner)) {
                findings.problem(
                        file + " belongs to " + attributes.owner().getName(),
                        "chown -R " + ShellWord.of(owner.getName()) + " " + word);
            }
            var mode = attributes.permissions();
            if (mode.contains(PosixFilePermission.GROUP_WRITE) || mode.contains(PosixFilePermission.OTHERS_WRITE)) {
                findings.problem(file + " can be written by others than its owner", "chmod go-w " + word);
            } else if (secret
                    && attributes.isRegularFile()
                    && (mode.contains(PosixFilePermission.GROUP_READ)
                            || mode.contains(PosixFilePermission.OTHERS_READ))) {
                findings.problem(
                        file + " holds secrets and can be read by others than its owner", "chmod go-r " + word);
            }
        }
    }
}
