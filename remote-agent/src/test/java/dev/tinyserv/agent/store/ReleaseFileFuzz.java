package dev.tinyserv.agent.store;

import dev.tinyserv.agent.build.Slug;
import dev.tinyserv.agent.fuzz.Property;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.agent.release.ReleaseFile;
import dev.tinyserv.buildpacks.base.Refusal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A release's file is a whole release that is written as it was read, or is refused with the file's name. */
public final class ReleaseFileFuzz {
    private static final Path FILE = Path.of("/srv/releases/shop/v1.json");
    private static final JsonStore STORE = new JsonStore();

    private ReleaseFileFuzz() {}

    /** Tries one input. */
    public static void fuzzerTestOneInput(byte[] input) {
        Release release;
        try {
            release = STORE.parse(FILE, input, ReleaseFile.class).release();
        } catch (Refusal refusal) {
            Property.oneLine(refusal);
            Property.holds(String.valueOf(refusal.getMessage()).startsWith(FILE.toString()), "no file is named");
            return;
        }
        Stream.of(
                        release.app(),
                        release.header().id(),
                        release.status(),
                        release.making().at(),
                        release.making().by(),
                        release.making().cause(),
                        release.making().description(),
                        release.env())
                .forEach(part -> Property.holds(part != null, "half a release"));
        Property.holds(!release.processes().containsValue(null), "a process without a command");
        Slug slug = release.slug();
        Property.holds(slug == null || !slug.environment().containsValue(null), "a variable without a value");
        byte[] written = STORE.format(ReleaseFile.of(release, 5000)).getBytes(StandardCharsets.UTF_8);
        Property.equal(release, STORE.parse(FILE, written, ReleaseFile.class).release());
    }
}
