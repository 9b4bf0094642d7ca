package dev.tinyserv.buildpacks.buildpack.ruby;

import dev.tinyserv.buildpacks.runtime.Version;
import dev.tinyserv.buildpacks.runtime.VersionRange;
import dev.tinyserv.buildpacks.runtime.Wish;
import dev.tinyserv.buildpacks.source.FolderFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An app's {@code Gemfile.lock}, as far as a build needs it. */
record GemfileLock(String content) {
    static final String NAME = "Gemfile.lock";

    private static final Pattern RUBY =
            Pattern.compile("^RUBY VERSION\\R {2,}ruby (\\d[0-9a-z.]{0,40})\\s*$", Pattern.MULTILINE);

    private static final Pattern BUNDLER =
            Pattern.compile("^BUNDLED WITH\\R {1,8}(\\d[0-9A-Za-z.]{0,20})\\s*$", Pattern.MULTILINE);

    /** Empty where there is none. */
    static GemfileLock read(Path folder) throws IOException {
        return new GemfileLock(FolderFile.plain(folder, NAME, Gemfile.MAX_BYTES));
    }

    static boolean isIn(Path folder) {
        return Files.exists(folder.resolve(NAME), LinkOption.NOFOLLOW_LINKS);
    }

    /** The Ruby with which it was written, if the Gemfile asks for one. */
    Optional<Wish> wish() {
        Matcher ruby = RUBY.matcher(content);
        if (!ruby.find()) {
            return Optional.empty();
        }
        String version = ruby.group(1);
        return RubyRange.parse(List.of(version)).map(range -> new Wish(version, NAME, range));
    }

    /** The Bundler with which it was written; an older one may not read it. */
    Optional<Wish> bundler() {
        Matcher bundler = BUNDLER.matcher(content);
        if (!bundler.find()) {
            return Optional.empty();
        }
        return Version.parse(bundler.group(1))
                .map(made -> new Version(made.major(), made.minor(), 0))
                .map(least -> new Wish(bundler.group(1), NAME, VersionRange.from(least)));
    }

    /** Whether a gem of that name is installed, whoever needs it. */
    boolean has(String gem) {
        return content.lines().anyMatch(line -> line.startsWith("    " + gem + " ("));
    }
}
