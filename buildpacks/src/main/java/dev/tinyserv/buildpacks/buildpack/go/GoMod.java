package dev.tinyserv.buildpacks.buildpack.go;

import dev.tinyserv.buildpacks.runtime.Version;
import dev.tinyserv.buildpacks.runtime.VersionRange;
import dev.tinyserv.buildpacks.runtime.Wish;
import dev.tinyserv.buildpacks.source.FolderFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An app's {@code go.mod}, as far as a build needs it; the go command says what is wrong with the rest. */
record GoMod(String content) {
    static final String NAME = "go.mod";

    private static final int MAX_BYTES = 1024 * 1024;
    private static final String NUMBERS = "(\\d{1,6}\\.\\d{1,6}(?:\\.\\d{1,6})?(?:(?:rc|beta)\\d{1,6})?)";
    /** In the order in which they count: a toolchain is never older than the go line. */
    private static final List<Pattern> LEAST_VERSION = List.of(
            Pattern.compile("^toolchain\\s+go" + NUMBERS + "\\b", Pattern.MULTILINE),
            Pattern.compile("^go\\s+" + NUMBERS + "\\b", Pattern.MULTILINE));

    private static final Pattern INSTALL = Pattern.compile("^//\\s*\\+heroku\\s+install\\s+(.+)$", Pattern.MULTILINE);

    static GoMod read(Path folder) throws IOException {
        return new GoMod(FolderFile.plain(folder, NAME, MAX_BYTES));
    }

    /** What its lines {@code toolchain} and {@code go} ask for: that version or any later one. */
    Optional<Wish> wish() {
        return LEAST_VERSION.stream()
                .map(line -> line.matcher(content))
                .filter(Matcher::find)
                .map(line -> line.group(1))
                .findFirst()
                .flatMap(least ->
                        Version.parse(least).map(version -> new Wish(">= " + least, NAME, range(least, version))));
    }

    /** A version of two numbers is the one of the language, which its release candidates have, too. */
    private static VersionRange range(String text, Version least) {
        boolean language =
                text.indexOf('.') == text.lastIndexOf('.') && least.before().isEmpty();
        VersionRange later = VersionRange.from(least);
        return language
                ? version -> later.contains(new Version(version.major(), version.minor(), version.patch()))
                : later;
    }

    /** The packages that its comment {@code // +heroku install ./cmd/...} names; empty without one. */
    List<String> install() {
        Matcher comment = INSTALL.matcher(content);
        return comment.find() ? List.of(comment.group(1).strip().split("\\s+", -1)) : List.of();
    }
}
