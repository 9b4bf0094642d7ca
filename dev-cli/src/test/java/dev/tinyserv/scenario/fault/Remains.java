package dev.tinyserv.scenario.fault;

import dev.tinyserv.fixtures.Eventually;
import dev.tinyserv.fixtures.Folders;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** What a killed or failed deploy may not leave under TINYSERV_ROOT: half files, half trees, locks that nobody holds. */
final class Remains {
    private static final Pattern UNFINISHED =
            Pattern.compile(".*/(\\.tmp-|\\.building-|\\.trash-|\\.probe-|incoming_|insert_|tmp_objdir-)[^/]*"
                    + "|repositories/.*\\.lock|run/tmp/.+|.*\\.damaged|.*\\.corrupt");

    private Remains() {}

    /** Fails unless they are gone before long; what ends a former instance still works right after a deploy. */
    static void mustBeNone(Path root, String when) {
        Eventually.until(
                "nothing unfinished is left, " + when, () -> of(root).isEmpty(), () -> String.valueOf(of(root)));
    }

    private static List<String> of(Path root) {
        try {
            return Folders.walk(root).stream()
                    .map(each -> root.relativize(each).toString())
                    .filter(name -> UNFINISHED.matcher(name).matches())
                    .toList();
        } catch (UncheckedIOException e) {
            return List.of("(something went away while it was looked at: " + e.getMessage() + ")");
        }
    }
}
