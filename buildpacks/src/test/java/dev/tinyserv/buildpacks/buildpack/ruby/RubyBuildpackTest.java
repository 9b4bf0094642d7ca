package dev.tinyserv.buildpacks.buildpack.ruby;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.buildpack.BuiltApp;
import dev.tinyserv.buildpacks.buildpack.LanguageStage;
import dev.tinyserv.buildpacks.process.Command;
import dev.tinyserv.buildpacks.process.Program;
import dev.tinyserv.buildpacks.source.FileTree;
import dev.tinyserv.buildpacks.source.MapSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** With a Bundler of our own, which tells what it was asked, and with the machine's. */
@Timeout(180)
class RubyBuildpackTest extends LanguageStage {
    /** Installs a gem of one file, and has the tasks that the app's Rakefile names. */
    private static final String BUNDLE = """
            #!/bin/sh
            case "$*" in
            install)
              echo "Using bundler"
              echo "path=$BUNDLE_PATH without=$BUNDLE_WITHOUT frozen=$BUNDLE_FROZEN $BUNDLE_DEPLOYMENT"
              if [ -n "$FAILS_WITH" ]; then echo "$FAILS_WITH"; exit 16; fi
              ruby=$BUNDLE_PATH/ruby/3.1.0
              mkdir -p "$ruby/gems" "$ruby/cache"
              echo code >>"$ruby/gems/one"
              echo archive >"$ruby/cache/one.gem" ;;
            "exec rake --prereqs") cat Rakefile ;;
            *) echo "$* with RAILS_ENV=$RAILS_ENV key=$SECRET_KEY_BASE dummy=$SECRET_KEY_BASE_DUMMY" ;;
            esac
            """;

    @BeforeEach
    void anApp() throws IOException {
        write("Gemfile", "source \"https://rubygems.org\"\n");
    }

    /** A lock file with these gems. */
    private void locked(String... gems) throws IOException {
        StringBuilder lock = new StringBuilder("GEM\n  specs:\n");
        for (String gem : gems) {
            lock.append("    ").append(gem).append(" (1.0.0)\n");
        }
        write("Gemfile.lock", lock.toString());
    }

    private void fakeRuby() throws IOException {
        Path bin = newFolder("bin");
        program(bin.resolve("ruby"), "#!/bin/sh\necho 'ruby 3.1.2p20 (2022-04-12 revision 4491bb740a)'\n");
        program(bin.resolve("bundle"), BUNDLE);
        environment.put("PATH", bin + ":" + USUAL_PATH);
    }

    private BuiltApp build() throws IOException {
        return build(new RubyBuildpack());
    }

    @Test
    void knowsItsAppsByTheirGemfile() throws IOException {
        assertThat(new RubyBuildpack().detects(new MapSource().with("Gemfile", "")))
                .isTrue();
        assertThat(new RubyBuildpack().detects(new MapSource().with("config.ru", "")))
                .isFalse();
    }

    @Test
    void installsWhatTheLockFileSaysAndKeepsItWhileNothingChanges() throws IOException {
        fakeRuby();
        locked("rack");
        Path one = app.resolve("vendor/bundle/ruby/3.1.0/gems/one");
        BuiltApp built = build();
        assertThat(lines)
                .containsExactly(
                        "-----> Building with ruby 3.1.2",
                        "-----> Installing gems",
                        "       bundle install",
                        "       path=vendor/bundle without=development:test frozen=1 1");
        assertThat(built.environment())
                .containsEntry("BUNDLE_PATH", "vendor/bundle")
                .containsEntry("BUNDLE_DEPLOYMENT", "1")
                .containsEntry("RACK_ENV", "production")
                .doesNotContainKey("RAILS_ENV");
        assertThat(one).hasContent("code");
        assertThat(app.resolve("vendor/bundle/ruby/3.1.0/cache")).doesNotExist();

        FileTree.delete(app.resolve("vendor"));
        build();
        assertThat(transcript()).contains("nothing changed: gems of the last build", "bundle install");
        assertThat(one).as("what was kept, and what Bundler added").hasContent("code\ncode");

        FileTree.delete(app.resolve("vendor"));
        environment.put("BUNDLE_WITHOUT", "test");
        build();
        assertThat(transcript()).doesNotContain("of the last build").contains("without=test");

        FileTree.delete(app.resolve("vendor"));
        write("vendor/cache/one-1.0.0.gem", "another");
        build();
        assertThat(transcript()).doesNotContain("of the last build");
    }

    @Test
    void withoutALockFileItIsInstalledAllTheSameAndAWarningGiven() throws IOException {
        fakeRuby();
        assertThat(build().environment()).doesNotContainKeys("BUNDLE_DEPLOYMENT", "BUNDLE_FROZEN");
        assertThat(lines)
                .contains(
                        " !     no Gemfile.lock: commit one, so that builds are repeatable and faster",
                        "       path=vendor/bundle without=development:test frozen= ");
    }

    @Test
    void aRailsAppIsInProductionAndItsAssetsAreCompiled() throws IOException {
        fakeRuby();
        locked("rails", "rake", "puma");
        write("config.ru", "");
        write("Rakefile", "rake assets:precompile\n    environment\nrake environment\n");
        BuiltApp built = build();
        assertThat(built.defaultProcesses())
                .containsExactly(Map.entry("web", "bundle exec rails server -b 0.0.0.0 -p $PORT -e $RAILS_ENV"));
        assertThat(built.environment())
                .containsEntry("RAILS_ENV", "production")
                .containsEntry("RAILS_LOG_TO_STDOUT", "enabled")
                .containsEntry("RAILS_SERVE_STATIC_FILES", "enabled")
                .doesNotContainKey("SECRET_KEY_BASE");
        assertThat(built.exports())
                .containsEntry("RAILS_ENV", "production")
                .containsEntry("BUNDLE_PATH", "vendor/bundle")
                .containsKey("PATH");
        assertThat(lines)
                .contains(
                        "-----> Compiling assets",
                        "       exec rake assets:precompile with RAILS_ENV=production key=only-for-the-build dummy=1");

        FileTree.delete(app.resolve("vendor"));
        write("bin/rails", "");
        write("Rakefile", "rake environment\n    assets:precompile\n");
        environment.put("RAILS_ENV", "staging");
        assertThat(build().defaultProcesses().get("web")).startsWith("bin/rails server");
        assertThat(transcript()).doesNotContain("Compiling assets");
    }

    @Test
    void guessesHowARackAppRuns() throws IOException {
        fakeRuby();
        locked("rack", "puma");
        assertThat(build().defaultProcesses()).isEmpty();
        write("config.ru", "");
        assertThat(build().defaultProcesses()).containsEntry("web", "bundle exec puma -p $PORT");
        locked("rack");
        assertThat(build().defaultProcesses()).containsEntry("web", "bundle exec rackup config.ru -p $PORT -o 0.0.0.0");
        locked("other");
        assertThat(build().defaultProcesses()).isEmpty();
    }

    @Test
    void aFailureSaysWhatToDo() throws IOException {
        fakeRuby();
        locked("rack");
        Map<String, String> remedies = Map.of(
                "Some dependencies changed, but the lockfile can't be updated because frozen mode is set",
                        "Gemfile.lock does not fit the Gemfile; run `bundle install` and commit Gemfile.lock",
                "Your Ruby version is 3.1.2, but your Gemfile specified 3.3.0",
                        "the app asks for another Ruby; install it on the server, or change the line `ruby` of the"
                                + " Gemfile",
                "Your bundle only supports platforms [\"x86_64-darwin\"] but your local platform is x86_64-linux.",
                        "run `bundle lock --add-platform x86_64-linux aarch64-linux` and commit Gemfile.lock",
                "Could not reach host rubygems.org. Check your network connection and try again.",
                        "gems could not be downloaded; push again later, or commit them with `bundle cache`");
        for (Map.Entry<String, String> each : remedies.entrySet()) {
            environment.put("FAILS_WITH", each.getKey());
            assertThatThrownBy(this::build)
                    .isInstanceOf(Refusal.class)
                    .hasMessage("bundle install failed with exit status 16: " + each.getValue());
        }
    }

    @Test
    void whatWasCommittedOfAnotherMachineIsNotUsed() throws IOException {
        fakeRuby();
        locked("rack");
        write("vendor/bundle/old", "");
        write(".bundle/config", "BUNDLE_PATH: \"/elsewhere\"\n");
        build();
        assertThat(transcript()).contains(" !     vendor/bundle is committed", " !     .bundle is committed");
        assertThat(app.resolve("vendor/bundle/old")).doesNotExist();
        assertThat(app.resolve(".bundle")).doesNotExist();

        FileTree.delete(app.resolve("vendor"));
        Path outside = newFolder("outside");
        Files.createDirectories(outside.resolve("bundle/precious"));
        Files.createSymbolicLink(app.resolve("vendor"), outside);
        assertThatThrownBy(this::build)
                .hasMessage("vendor is a file or a link, but the gems go there: make it a folder");
        assertThat(outside.resolve("bundle/precious")).exists();
    }

    @Test
    void asksForTheVersionAndForBundler() throws IOException {
        fakeRuby();
        locked("rack");
        write(".ruby-version", "9.9\n");
        build();
        assertThat(transcript()).contains(" !     .ruby-version asks for ruby 9.9, the server has 3.1.2");
        write("Gemfile", "ruby \"~> 3.0\"\n");
        build();
        assertThat(transcript()).doesNotContain("asks for ruby");
        Files.delete(folder.resolve("bin/bundle"));
        environment.put("PATH", folder.resolve("bin").toString());
        assertThatThrownBy(this::build)
                .hasMessage("bundle is not installed on the server; on Debian: apt-get install ruby ruby-dev bundler");
    }

    @Test
    void theRealBundlerInstallsFromTheRepositoryInAPlaceThatMayMoveAndRefusesAStaleLockFile() throws IOException {
        assumeTrue(
                Program.find("bundle", environment).isPresent()
                        && Program.find("ruby", environment).isPresent(),
                "needs ruby and bundler");
        write("Gemfile", "source \"https://rubygems.org\"\ngem \"greet\", path: \"vendor/greet\"\n");
        write("vendor/greet/greet.gemspec", """
                Gem::Specification.new do |gem|
                  gem.name = "greet"
                  gem.version = "1.0.0"
                  gem.summary = "Greets"
                  gem.authors = ["us"]
                  gem.files = ["greet.rb"]
                  gem.require_paths = ["."]
                end
                """);
        write("vendor/greet/greet.rb", "GREET = 'hello'\n");
        write("Gemfile.lock", """
                PATH
                  remote: vendor/greet
                  specs:
                    greet (1.0.0)

                GEM
                  remote: https://rubygems.org/
                  specs:

                PLATFORMS
                  ruby

                DEPENDENCIES
                  greet!
                """);
        BuiltApp built = build();

        Path moved = Files.move(app, folder.resolve("moved"));
        Map<String, String> atStart = new TreeMap<>(environment);
        atStart.putAll(built.environment());
        assertThat(Command.of("bundle", "exec", "ruby", "-e", "require 'greet'; puts GREET")
                        .in(moved)
                        .environment(atStart)
                        .collect()
                        .text())
                .contains("hello");

        app = moved;
        write("Gemfile", "source \"https://rubygems.org\"\ngem \"other\", path: \"vendor/greet\"\n");
        assertThatThrownBy(this::build)
                .isInstanceOf(Refusal.class)
                .hasMessageEndingWith(
                        ": Gemfile.lock does not fit the Gemfile; run `bundle install` and commit Gemfile.lock");
    }

    @Test
    void tellsOfAnOlderBundlerThanTheLockFilesAndOfAPasswordThatIsMissing() throws IOException {
        fakeRuby();
        program(
                folder.resolve("bin/bundle"),
                "#!/bin/sh\ntest $1 != --version || { echo 'Bundler version 2.3.15'; exit; }\n"
                        + BUNDLE.substring("#!/bin/sh\n".length()));
        write("Gemfile.lock", "GEM\n  specs:\n\nBUNDLED WITH\n   2.5.3\n");
        build();
        assertThat(lines)
                .contains(
                        " !     Gemfile.lock asks for bundle 2.5.3, the server has 2.3.15 and takes it: on the server: gem"
                                + " install bundler -v 2.5.3, or change Gemfile.lock");
        write("Gemfile.lock", "GEM\n  specs:\n\nBUNDLED WITH\n   2.3.26\n");
        build();
        assertThat(lines).noneMatch(line -> line.contains("asks for bundle"));

        environment.put("FAILS_WITH", "Authentication is required for gems.my-shop.example.");
        assertThatThrownBy(this::build)
                .hasMessageEndingWith(": gems.my-shop.example asks for a password, and"
                        + " BUNDLE_GEMS__MY___SHOP__EXAMPLE is not set or wrong; run `tinyserv config:set"
                        + " BUNDLE_GEMS__MY___SHOP__EXAMPLE=USER:PASSWORD` and push again");
        environment.put("FAILS_WITH", "It failed");
        write("Gemfile", "source \"https://#{ENV['GEM_TOKEN']}@x\"\ngem ENV.fetch('A', 'b')\ngem ENV['B'] || 'c'\n");
        assertThatThrownBy(this::build)
                .hasMessageEndingWith(": Gemfile names GEM_TOKEN, which is not set; run `tinyserv config:set"
                        + " GEM_TOKEN=…` and push again");
    }

    /** A gem's install script can put links there. */
    @Test
    void nothingIsDeletedWhereALinkAmongTheGemsLeads() throws IOException {
        fakeRuby();
        locked("rack");
        Path others = Files.createDirectories(folder.resolve("others/cache"));
        program(folder.resolve("bin/bundle"), """
                #!/bin/sh
                mkdir -p vendor/bundle/ruby && ln -s '%s' vendor/bundle/ruby/3.1.0
                """.formatted(others.resolveSibling("")));
        build();
        assertThat(others).exists();

        FileTree.delete(app.resolve("vendor"));
        Files.createDirectories(folder.resolve("more/ruby/3.1.0/cache"));
        program(folder.resolve("bin/bundle"), """
                #!/bin/sh
                rm -rf vendor/bundle; ln -s '%s' vendor/bundle
                """.formatted(folder.resolve("more")));
        build();
        assertThat(folder.resolve("more/ruby/3.1.0/cache")).exists();
    }
}
