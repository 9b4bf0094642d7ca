package dev.tinyserv.buildpacks.buildpack.ruby;

import dev.tinyserv.buildpacks.runtime.RuntimeKind;
import dev.tinyserv.buildpacks.runtime.VersionFiles;
import dev.tinyserv.buildpacks.runtime.VersionRange;
import dev.tinyserv.buildpacks.runtime.Wish;
import dev.tinyserv.buildpacks.source.FolderFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An app's {@code Gemfile}. It is a program, which only Bundler can run: of it we read the one line with the version of
 * Ruby, if it is written out.
 */
record Gemfile(String content) {
    static final String NAME = "Gemfile";

    static final int MAX_BYTES = 1024 * 1024;

    private static final String QUOTED = "[\"']([^\"'#]{1,60})[\"']";
    private static final Pattern FILE =
            Pattern.compile("^ *ruby[ (]+(?:file:|:file *=>) *" + QUOTED, Pattern.MULTILINE);
    private static final Pattern VERSIONS =
            Pattern.compile("^ *ruby[ (]+(" + QUOTED + "(?: *, *" + QUOTED + "){0,3})", Pattern.MULTILINE);
    private static final Pattern NAMED = Pattern.compile("[\"']([\\w./-]{1,100})[\"']");
    private static final int MAX_NAMES = 500;
    private static final Pattern VERSION = Pattern.compile(QUOTED);

    static Gemfile read(Path folder) throws IOException {
        return new Gemfile(FolderFile.plain(folder, NAME, MAX_BYTES));
    }

    /** What its line {@code ruby "~> 3.1"} or {@code ruby file: ".ruby-version"} asks for. */
    Optional<Wish> wish(Path folder) throws IOException {
        Matcher file = FILE.matcher(content);
        if (file.find()) {
            return ".tool-versions".equals(file.group(1))
                    ? VersionFiles.toolVersions(folder, RuntimeKind.RUBY)
                    : VersionFiles.plain(folder, ".ruby-version");
        }
        Matcher line = VERSIONS.matcher(content);
        if (!line.find()) {
            return Optional.empty();
        }
        List<String> parts = VERSION.matcher(line.group(1))
                .results()
                .map(part -> part.group(1))
                .toList();
        VersionRange range = VersionRange.orNone(RubyRange.parse(parts));
        return Optional.of(new Wish(String.join(", ", parts), NAME, range));
    }

    /** Whatever could be the name of a file that it reads: another Gemfile, a list of versions. */
    List<String> files() {
        return NAMED.matcher(content)
                .results()
                .map(name -> name.group(1))
                .distinct()
                .limit(MAX_NAMES)
                .toList();
    }
}
