package dev.tinyserv.agent.git;

import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.buildpacks.base.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.jgit.lib.Repository;

/** Reads HEAD's branch and its commit from git's files, many times faster than by opening the repository. */
public final class BranchTip {
    private static final String SYMBOLIC = "ref: ";

    private BranchTip() {}

    /**
     * The short name of HEAD's branch, which may have no commit; {@code main} if HEAD names no branch, or is missing.
     * Throws a {@link Refusal} if the file cannot be read.
     */
    public static String branch(Path repository) {
        return Repository.shortenRefName(ref(repository).orElse(DeployBranch.MAIN));
    }

    /** The commit's full id; empty if the branch has none. Throws a {@link Refusal} if the files cannot be read. */
    public static Optional<String> of(Path repository) {
        Optional<String> ref = ref(repository);
        Path file = ref.map(name -> repository.resolve(name).normalize()).orElse(repository);
        if (ref.isEmpty() || !file.startsWith(repository)) {
            return Optional.empty();
        }
        Optional<String> loose = text(file);
        return loose.isPresent() ? loose : packed(repository, ref.get());
    }

    private static Optional<String> ref(Path repository) {
        return text(repository.resolve("HEAD"))
                .filter(head -> head.startsWith(SYMBOLIC))
                .map(head -> head.substring(SYMBOLIC.length()));
    }

    private static Optional<String> packed(Path repository, String ref) {
        return text(repository.resolve("packed-refs")).stream()
                .flatMap(String::lines)
                .filter(line -> line.endsWith(" " + ref))
                .map(line -> line.substring(0, line.indexOf(' ')))
                .findFirst();
    }

    private static Optional<String> text(Path file) {
        try {
            return Optional.of(
                    Files.readString(file, StandardCharsets.ISO_8859_1).strip());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new Refusal("cannot read " + file + ": " + JsonStore.reason(e), e);
        }
    }
}
