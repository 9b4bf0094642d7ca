package dev.tinyserv.buildpacks.buildpack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** What a build can write into the repositories of its cache, so that git runs a program of its own. */
public final class HostileRepository {
    private HostileRepository() {}

    /** Plants it in each repository of a folder: whatever is run makes a file. */
    public static void plantIn(Path repositories, Path touched) throws IOException {
        try (Stream<Path> all = Files.list(repositories)) {
            for (Path repository : all.toList()) {
                plant(repository, touched);
            }
        }
    }

    private static void plant(Path repository, Path touched) throws IOException {
        Files.writeString(repository.resolve("config"), """
                [core]
                	fsmonitor = touch %1$s; false
                	sshCommand = touch %1$s; false
                	hooksPath = hooks
                	attributesFile = attributes
                [filter "x"]
                	smudge = touch %1$s; cat
                	required = true
                [credential]
                	helper = "!touch %1$s"
                [include]
                	path = more
                """.formatted(touched), StandardOpenOption.APPEND);
        Files.createDirectories(repository.resolve("info"));
        Files.writeString(repository.resolve("info/attributes"), "* filter=x\n");
        Files.writeString(repository.resolve("attributes"), "* filter=x\n");
        Files.createDirectories(repository.resolve("hooks"));
        for (String hook : List.of("post-checkout", "reference-transaction", "post-index-change")) {
            Path file =
                    Files.writeString(repository.resolve("hooks").resolve(hook), "#!/bin/sh\ntouch " + touched + "\n");
            if (!file.toFile().setExecutable(true)) {
                throw new IOException("cannot make " + file + " executable");
            }
        }
    }
}
