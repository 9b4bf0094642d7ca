package dev.tinyserv.buildpacks.buildpack.go;

import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A package that makes a program.
 *
 * @param path by which other packages would import it
 */
record MainPackage(String path, String program) {
    /** A line for each package that makes a program; the target's name is the program's. */
    private static final String FORMAT = "{{if eq .Name \"main\"}}main\t{{.ImportPath}}\t{{.Target}}{{end}}";

    /**
     * Those that an app wants to be built: those it names, else the one in its root, else those under {@code cmd}, else
     * all there are.
     *
     * @param named patterns such as {@code ./cmd/...}; empty if the app names none
     */
    static List<MainPackage> wanted(GoCommand go, Path folder, List<String> named) {
        if (!named.isEmpty()) {
            List<MainPackage> found = find(go, named);
            if (found.isEmpty()) {
                throw new Refusal("no package main in " + Printable.excerpt(String.join(" ", named), 100)
                        + ": name packages that make programs, such as ./cmd/server");
            }
            return found;
        }
        for (String pattern : patterns(folder)) {
            List<MainPackage> found = find(go, List.of(pattern));
            if (!found.isEmpty()) {
                return found;
            }
        }
        // A file that go cannot read has no package name: the compiler says so better than we could.
        go.run(List.of("build", "./..."));
        throw new Refusal("no package main: put one into the root or below cmd, or set GO_INSTALL_PACKAGE_SPEC");
    }

    private static List<String> patterns(Path folder) {
        return Files.isDirectory(folder.resolve("cmd"), LinkOption.NOFOLLOW_LINKS)
                ? List.of(".", "./cmd/...", "./...")
                : List.of(".", "./...");
    }

    private static List<MainPackage> find(GoCommand go, List<String> patterns) {
        List<String> list = new ArrayList<>(List.of("list", "-e", "-find", "-f", FORMAT, "--"));
        list.addAll(patterns);
        return go.ask(list).stream()
                .map(line -> line.split("\t", -1))
                .filter(fields -> fields.length == 3 && fields[0].equals("main"))
                .map(fields -> new MainPackage(fields[1], nameOf(fields[2])))
                .toList();
    }

    private static String nameOf(String target) {
        return target.substring(target.lastIndexOf('/') + 1);
    }
}
