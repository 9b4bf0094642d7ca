package dev.tinyserv.buildpacks.buildpack.ruby;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.runtime.Version;
import dev.tinyserv.buildpacks.runtime.VersionRange;
import dev.tinyserv.buildpacks.runtime.Wish;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GemfileTest {
    @TempDir
    Path folder;

    private Optional<String> wish(String line) throws IOException {
        return new Gemfile("source \"https://rubygems.org\"\n" + line + "\ngem \"rack\", \"1.0\"\n")
                .wish(folder)
                .map(Wish::text);
    }

    @Test
    void theLineWithTheVersionIsReadAsItIsWrittenOut() throws IOException {
        assertThat(wish("ruby \"3.1.2\"")).contains("3.1.2");
        assertThat(wish("  ruby '~> 3.1'")).contains("~> 3.1");
        assertThat(wish("ruby(\"3.1.2\")")).contains("3.1.2");
        assertThat(wish("ruby \">= 3.0\", \"< 3.4\"")).contains(">= 3.0, < 3.4");
        assertThat(wish("ruby \"3.1.2\", engine: \"jruby\", engine_version: \"9\""))
                .contains("3.1.2");
    }

    @Test
    void whatMustBeRunToBeKnownIsNoWish() throws IOException {
        assertThat(wish("")).isEmpty();
        assertThat(wish("ruby RUBY_VERSION")).isEmpty();
        assertThat(wish("ruby \"#{File.read('x')}\"")).isEmpty();
        assertThat(wish("# ruby \"3.1\"")).isEmpty();
        assertThat(wish("gem \"ruby\", \"3.1\"")).isEmpty();
        assertThat(wish("ruby \"" + "9".repeat(1000) + "\"")).isEmpty();
    }

    @Test
    void theLineMayNameAFile() throws IOException {
        assertThat(wish("ruby file: \".ruby-version\"")).isEmpty();
        Files.writeString(folder.resolve(".ruby-version"), "ruby-3.2.1\n");
        Files.writeString(folder.resolve(".tool-versions"), "ruby 3.3.1\n");
        assertThat(wish("ruby file: \".ruby-version\"")).contains("ruby-3.2.1");
        assertThat(wish("ruby :file => '.tool-versions'")).contains("3.3.1");
        assertThat(wish("ruby file: \"/etc/passwd\"")).contains("ruby-3.2.1");
    }

    @Test
    void rangesAreThoseOfRubyGems() {
        assertThat(holds("~> 3.1", "3.1.0", "3.9.9")).isTrue();
        assertThat(holds("~> 3.1", "3.0.9")).isFalse();
        assertThat(holds("~> 3.1", "4.0.0")).isFalse();
        assertThat(holds("~> 3.1.2", "3.1.2", "3.1.9")).isTrue();
        assertThat(holds("~> 3.1.2", "3.2.0")).isFalse();
        assertThat(holds("~> 3", "3.9.0")).isTrue();
        assertThat(holds(">= 3.1", "9.0.0")).isTrue();
        assertThat(holds("> 3.1.2", "3.1.2")).isFalse();
        assertThat(holds("< 3.1", "3.1.0")).isFalse();
        assertThat(holds("<= 3.1.2", "3.1.2")).isTrue();
        assertThat(holds("= 3.1.2", "3.1.2")).isTrue();
        assertThat(holds("3.1.2p20", "3.1.2")).isTrue();
        assertThat(holds("3.1.2", "3.1.3")).isFalse();
        assertThat(holds("> 3.1", "3.1.2")).isTrue();
        assertThat(holds("<= 3.1", "3.1.2")).isFalse();
        assertThat(holds("!= 3.1.2", "3.1.3")).isTrue();
        assertThat(holds("!= 3.1.2", "3.1.2")).isFalse();
        assertThat(holds("3.4.0.preview1", "3.4.0preview1")).isTrue();
        assertThat(holds(">= 3.4", "3.4.0preview1")).isFalse();
        assertThat(holds("~> 3.1.2.0", "3.1.2")).isTrue();
        assertThat(RubyRange.parse(List.of("=> 3.1"))).isEmpty();
        assertThat(RubyRange.parse(List.of("3.1.x-"))).isEmpty();
    }

    private static boolean holds(String requirement, String... versions) {
        VersionRange range = RubyRange.parse(List.of(requirement)).orElseThrow();
        return List.of(versions).stream()
                .allMatch(text -> range.contains(Version.parse(text).orElseThrow()));
    }

    @Test
    void theLockFileTellsTheRubyAndTheGems() {
        GemfileLock lock = new GemfileLock("""
                GEM
                  remote: https://rubygems.org/
                  specs:
                    puma (6.4.0)
                      nio4r (~> 2.0)
                    rack-test (2.0)

                RUBY VERSION
                   ruby 3.1.2p20

                BUNDLED WITH
                   2.3.15
                """);
        assertThat(lock.wish().orElseThrow().text()).isEqualTo("3.1.2p20");
        assertThat(lock.has("puma")).isTrue();
        assertThat(lock.has("nio4r")).as("only wanted, not installed").isFalse();
        assertThat(lock.has("rack")).isFalse();
        assertThat(new GemfileLock("").wish()).isEmpty();
        assertThat(new GemfileLock("RUBY VERSION\n   jruby 9\n").wish()).isEmpty();
    }

    @Test
    void whatIsNoPlainFileOrTooLargeIsRefused() throws IOException {
        Path file = folder.resolve("Gemfile");
        Files.createSymbolicLink(file, Path.of("/etc/hostname"));
        assertThatThrownBy(() -> Gemfile.read(folder))
                .isInstanceOf(Refusal.class)
                .hasMessage("Gemfile is a link or a folder: make it a plain file");
        Files.delete(file);
        Files.writeString(file, " ".repeat(1024 * 1024 + 1));
        assertThatThrownBy(() -> Gemfile.read(folder)).hasMessageContaining("more than the 1048576 bytes");
        assertThat(GemfileLock.read(folder).content()).isEmpty();
    }
}
