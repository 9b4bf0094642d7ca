package dev.tinyserv.agent.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.agent.AgentSettings;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.app.ConfigVars;
import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.event.BuildEvent;
import dev.tinyserv.agent.event.Events;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.buildpack.Buildpacks;
import dev.tinyserv.buildpacks.buildpack.procfile.ProcfileBuildpack;
import dev.tinyserv.buildpacks.buildpack.staticsite.StaticBuildpack;
import dev.tinyserv.buildpacks.process.Cancellation;
import dev.tinyserv.buildpacks.process.MarkedProcess;
import dev.tinyserv.buildpacks.process.Transcript;
import dev.tinyserv.buildpacks.source.AppSource;
import dev.tinyserv.fixtures.Eventually;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class BuildPipelineTest {
    private static final AppName APP = new AppName("myapp");
    private static final AppState STATE = new AppState(APP, 5000, true, Instant.EPOCH, "ada");
    private static final String COMMIT = "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d";
    private static final String STUBBORN =
            "trap '' TERM; (setsid sh -c \"trap '' TERM; while :; do sleep 1; done\" &); echo ready; while :; do sleep 1;"
                    + " done";

    @TempDir
    Path root;

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final Cancellation cancellation = new Cancellation();
    private Layout layout;
    private BuildPipeline pipeline;

    @BeforeEach
    void start() {
        pipeline = pipeline(Map.of(), Clock.systemUTC());
        layout = new Layout(root);
    }

    private BuildPipeline pipeline(Map<String, String> settings, Clock clock) {
        Map<String, String> environment = new java.util.TreeMap<>(settings);
        environment.put("TINYSERV_ROOT", root.toString());
        Events bus = new Events();
        bus.listen(event -> events.add(((BuildEvent) event).text()));
        return new BuildPipeline(
                AgentSettings.load(environment).build(),
                new Buildpacks(List.of(new ScriptBuildpack(), new StaticBuildpack(), new ProcfileBuildpack())),
                bus,
                clock,
                Map.of("PATH", "/usr/local/bin:/usr/bin:/bin", "TZ", "Europe/Vienna", "AGENT_SECRET", "no"));
    }

    private Slug build(AppSource source) {
        return build(source, ConfigVars.none());
    }

    private Slug build(AppSource source, ConfigVars env) {
        return pipeline.build(STATE, TestSubmission.of(APP, COMMIT, source, lines::add, cancellation), env);
    }

    private static MapSource script(String script) {
        return new MapSource().with("build.sh", script);
    }

    private static List<Path> in(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.toList();
        }
    }

    private void assertNothingIsLeft() throws IOException {
        assertThat(in(layout.builds(APP))).isEmpty();
        assertThat(in(layout.temporary())).isEmpty();
        assertThat(ours()).isEmpty();
    }

    private List<MarkedProcess> ours() {
        String owner = "@"
                + java.util.UUID.nameUUIDFromBytes(
                        layout.temporary().toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
        return MarkedProcess.all(BuildTraces.MARK).stream()
                .filter(process -> process.mark().endsWith(owner))
                .toList();
    }

    @Test
    void makesASlugWithTheProcfilesProcesses() throws IOException {
        Slug slug = build(new MapSource()
                .with("Procfile", "web: ./server --port $PORT\nworker: ./work")
                .with("server", "#!/bin/sh")
                .with("lib/code", "x"));
        assertThat(slug.id()).matches("\\d{8}-\\d{6}-1a2b3c4");
        assertThat(slug.commit()).isEqualTo(COMMIT);
        assertThat(slug.buildpack()).isEqualTo("procfile");
        assertThat(slug.processes())
                .containsExactly(
                        Map.entry(ProcessType.WEB, "./server --port $PORT"),
                        Map.entry(new ProcessType("worker"), "./work"));
        assertThat(in(layout.builds(APP))).containsExactly(layout.builds(APP).resolve(slug.id()));
        assertThat(layout.builds(APP).resolve(slug.id()).resolve("lib/code")).hasContent("x");
        assertThat(in(layout.temporary())).isEmpty();
        assertThat(events).first().isEqualTo("build of 1a2b3c4 started");
        assertThat(events).last().asString().endsWith("slug " + slug.id());
    }

    @Test
    void whatIsReadBeforeEachProcessHasNoByteOrderMark() throws IOException {
        Slug slug = build(new MapSource()
                .with("Procfile", "web: server")
                .with(".profile", "\ufeffexport A=1\r\n")
                .with(".profile.d/b.sh", "\ufeffexport B=1\n"));
        Path made = layout.builds(APP).resolve(slug.id());
        assertThat(Files.readString(made.resolve(".profile"))).isEqualTo("export A=1\n");
        assertThat(Files.readString(made.resolve(".profile.d/b.sh"))).isEqualTo("export B=1\n");
    }

    @Test
    void aProgramThatIsSpeltOtherwiseIsNamed() {
        MapSource source = new MapSource().with("Procfile", "web: ./start.sh").with("Start.sh", "#!/bin/sh");
        assertThatThrownBy(() -> build(source))
                .hasMessageContaining("there is no ./start.sh in the app")
                .hasMessageEndingWith("Start.sh is there, so call it as it is written");
    }

    @Test
    void whatNoShellAndNoToolReadsIsRefusedByItsName() throws IOException {
        String utf16 = "export A=1\n".replaceAll("(?s)(.)", "$1\0");
        for (String name : List.of(".profile", ".profile.d/b.sh", ".npmrc", "pyproject.toml", ".gitmodules")) {
            MapSource source = new MapSource().with("Procfile", "web: server").with(name, utf16);
            assertThatThrownBy(() -> build(source)).hasMessage(name + " is UTF-16; save it as UTF-8");
        }
        assertNothingIsLeft();
    }

    @Test
    void buildsAFolderOfTheRepository() throws IOException {
        AppSource source = new MapSource()
                .with("services/api/Procfile", "web: ./api")
                .with("services/api/api", "")
                .with("libs/shared", "x");
        Slug slug = pipeline.build(
                STATE.withBuild(build -> build.withRoot("services/api")),
                TestSubmission.of(APP, COMMIT, source, lines::add, cancellation),
                ConfigVars.none());
        assertThat(slug.root()).isEqualTo("services/api");
        assertThat(slug.processes()).containsExactly(Map.entry(ProcessType.WEB, "./api"));
        assertThat(layout.builds(APP).resolve(slug.id()).resolve("libs/shared")).hasContent("x");

        assertThatThrownBy(() -> pipeline.build(
                        STATE.withBuild(build -> build.withRoot("services/web")),
                        TestSubmission.of(APP, COMMIT, source, lines::add, cancellation),
                        ConfigVars.none()))
                .isInstanceOf(Refusal.class)
                .hasMessageStartingWith("there is no services/web in commit 1a2b3c4, which myapp is built from");
    }

    @Test
    void refusesAProgramOfTheProcfileThatWasNotPushedAndThatNothingMakes() throws IOException {
        MapSource scala = new MapSource().with("Procfile", "web: target/stage/bin/shop -Dport=${PORT}");
        String missing = "there is no target/stage/bin/shop in the app, which web in the Procfile runs: ";
        assertThatThrownBy(() -> build(scala))
                .isInstanceOf(Refusal.class)
                .hasMessage(missing + "nothing is built here, so commit it, with `git add -f` if .gitignore names it,"
                        + " and see whether .slugignore leaves it out");
        assertThatThrownBy(() -> build(scala.with("build.sbt", "")))
                .hasMessageStartingWith(missing + "there is build.sbt, but Scala is not built here");
        assertNothingIsLeft();
        assertThat(build(scala.with("target/stage/bin/shop", "")).buildpack()).isEqualTo("procfile");
        MapSource released =
                new MapSource().with("Procfile", "web: bin/shop\nrelease: make").with("x", "");
        assertThat(build(released).processes())
                .as("a release phase may make it")
                .hasSize(2);
        assertThatThrownBy(() -> build(released.with("Procfile", "web: bin/shop\nrelease: bin/migrate")))
                .hasMessageContaining("there is no bin/migrate in the app, which release in the Procfile runs");
        MapSource built = script("mkdir bin && cp build.sh bin/shop").with("Procfile", "web: bin/shop");
        assertThat(build(built).buildpack()).as("a build makes it").isEqualTo("script");
    }

    @Test
    void takesTheBuildpacksProcessesWithoutAProcfile() {
        Slug slug = build(script("echo built >out"));
        assertThat(slug.processes()).containsExactly(Map.entry(ProcessType.WEB, "default"));
        assertThat(slug.environment()).containsEntry("FROM_BUILDPACK", "1");
        assertThat(layout.builds(APP).resolve(slug.id()).resolve("out")).hasContent("built");
    }

    @Test
    void neverUsesAFolderTwice() throws IOException {
        Clock stopped = Clock.fixed(Instant.now(), ZoneOffset.UTC);
        pipeline = pipeline(Map.of(), stopped);
        Slug first = build(script("true"));
        Files.createDirectory(layout.builds(APP).resolve(".building-" + first.id() + "-2"));
        assertThat(build(script("true")).id()).isEqualTo(first.id() + "-3");
    }

    @Test
    void givesBuildsTheConfigurationAndNothingOfTheAgents() {
        Slug slug = build(
                script("env >environment; ls -ld \"$TMPDIR\" | cut -c1-10 >mode; mkdir -p \"$1/kept\""),
                ConfigVars.none().with(Map.of("DATABASE_URL", "db", "HOME", "/etc")));
        Path folder = layout.builds(APP).resolve(slug.id());
        assertThat(folder.resolve("environment"))
                .content()
                .contains("DATABASE_URL=db", "SOURCE_VERSION=" + COMMIT, "LANG=C.UTF-8", "TZ=Europe/Vienna")
                .contains("HOME=" + layout.temporary())
                .doesNotContain("AGENT_SECRET");
        assertThat(folder.resolve("mode")).hasContent("drwx------");
        assertThat(layout.cache(APP).resolve("kept")).exists();
    }

    @Test
    void blotsSecretsOut() {
        String key = "-----BEGIN KEY-----\nMIIabcdefgh\nshort\n-----END KEY-----\n";
        build(
                script("echo \"url is $URL.\"; echo \"$KEY\"; echo $LONGER $TINY"),
                ConfigVars.none()
                        .with(Map.of("URL", "s3cretpass", "LONGER", "s3cretpassword", "TINY", "short", "KEY", key)));
        assertThat(lines)
                .contains("       url is [URL].", "       [KEY]", "       short", "       [LONGER] short")
                .noneMatch(line -> line.contains("s3cret") || line.contains("MII"));
        assertThat(events).noneMatch(line -> line.contains("s3cret"));
    }

    @Test
    void leavesWordsOfConfigurationReadable() {
        build(
                script("echo \"an optimized $NODE_ENV build\"; echo \"in $TZ on http://localhost:3000 and $API_URL\""),
                ConfigVars.none()
                        .with(Map.of(
                                "NODE_ENV", "production",
                                "MODE", "production",
                                "TZ", "Europe/Vienna",
                                "LANG", "de_AT.UTF-8",
                                "BASE", "http://localhost:3000",
                                "API_URL", "https://api.example.org/v1")));
        assertThat(lines)
                .contains(
                        "       an optimized production build",
                        "       in Europe/Vienna on http://localhost:3000 and https://api.example.org/v1");
    }

    @Test
    void leavesReadableWhatTheAppIsToldToShow() {
        AppState showing = STATE.withBuild(build -> build.withShow(List.of("VITE_TITLE")));
        MapSource source = script("echo \"$VITE_TITLE of $OTHER\"");
        ConfigVars env = ConfigVars.none().with(Map.of("VITE_TITLE", "My little shop", "OTHER", "somebody"));
        pipeline.build(showing, TestSubmission.of(APP, COMMIT, source, lines::add, cancellation), env);
        assertThat(lines).contains("       My little shop of [OTHER]");
    }

    /** A list of our own making; the names are such that nobody would expect a secret there. */
    @Test
    void leaksNoWeakPasswordUnderAnInnocentName() throws IOException {
        List<String> weak = weakPasswords();
        assertThat(weak).hasSizeGreaterThan(200);
        Map<String, String> vars = new java.util.TreeMap<>();
        for (int i = 0; i < weak.size(); i++) {
            vars.put(
                    List.of("COLOR", "TITLE", "MODE", "LEVEL", "USER_NAME", "HOST", "REGION")
                                    .get(i % 7)
                            + i,
                    weak.get(i));
        }
        build(
                script("env | sort; env | sed 's/^[^=]*=//' | tr '\\n' ' '"),
                ConfigVars.none().with(vars));
        assertThat(lines).hasSizeGreaterThan(200);
        assertThat(weak).noneMatch(word -> lines.stream().anyMatch(line -> line.contains(word)));
    }

    private static List<String> weakPasswords() throws IOException {
        try (InputStream words = BuildPipelineTest.class.getResourceAsStream("weak-passwords.txt")) {
            return new String(words.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
    }

    @Test
    void blotsASecretThatALongLineIsCutIn() {
        build(
                script("head -c 9990 /dev/zero | tr '\\0' x; echo \"$TOKEN\"; head -c 490 /dev/zero | tr '\\0' y;"
                        + " echo \"$TOKEN\""),
                ConfigVars.none().with(Map.of("TOKEN", "s3cr3t-abcdefghijklmnop")));
        assertThat(String.join("\n", lines))
                .contains("xx[TOKEN]\n", "yy[TOKEN]")
                .doesNotContain("s3cr3t", "ghijkl", "mnop");
    }

    @Test
    void blotsSecretsOutOfWhatARefusalSays() throws IOException {
        AppSource source = new MapSource() {
            @Override
            public Map<String, String> writeTo(Path folder, Transcript transcript) {
                throw new Refusal("no https://ada:s3cretpass@example.org", new IOException("s3cretpass"));
            }
        }.with("build.sh", "");
        ConfigVars env = ConfigVars.none().with(Map.of("TOKEN", "s3cretpass"));
        assertThatThrownBy(() -> build(source, env))
                .hasMessage("no https://ada:[TOKEN]@example.org")
                .hasNoCause();
        assertThat(events).noneMatch(line -> line.contains("s3cret"));
        assertThat(pipeline.history().newest(APP).get(0).reason()).isEqualTo("no https://ada:[TOKEN]@example.org");
        assertThatThrownBy(() ->
                        pipeline.plan(STATE, TestSubmission.of(APP, COMMIT, source, lines::add, cancellation), env))
                .hasMessage("no https://ada:[TOKEN]@example.org");
    }

    @Test
    void refusesABadProcfileBeforeAnythingIsWritten() throws IOException {
        AppSource source = script("true").with("Procfile", "web x");
        assertThatThrownBy(() -> build(source)).isInstanceOf(Refusal.class).hasMessageContaining("Procfile line 1");
        assertThat(layout.builds()).doesNotExist();
        assertThat(events).singleElement().asString().startsWith("build of 1a2b3c4 failed: Procfile line 1");
        assertThatThrownBy(() -> build(new MapSource())).hasMessageContaining("add a Procfile");
    }

    @Test
    void leavesNothingOfABuildThatFails() throws IOException {
        assertThatThrownBy(() -> build(script("echo why; mkdir -m 555 locked; touch $TMPDIR/x; exit 4")))
                .isInstanceOf(Refusal.class)
                .hasMessage("build.sh failed with exit status 4");
        assertThat(lines).contains("       why");
        assertNothingIsLeft();
    }

    @Test
    void leavesNothingOfABuildThatIsCancelled() throws IOException {
        assertThatThrownBy(() -> pipeline.build(
                        STATE,
                        TestSubmission.of(
                                APP,
                                COMMIT,
                                script(STUBBORN),
                                line -> cancellation.cancel("the client has gone"),
                                cancellation),
                        ConfigVars.none()))
                .hasMessage("build.sh was ended: cancelled: the client has gone");
        assertNothingIsLeft();
    }

    @Test
    void leavesNothingOfABuildThatTakesTooLong() throws IOException {
        pipeline = pipeline(Map.of("TINYSERV_BUILD_TIMEOUT", "1s"), Clock.systemUTC());
        assertThatThrownBy(() -> build(script(STUBBORN)))
                .hasMessageContaining("its time limit")
                .hasMessageContaining("TINYSERV_BUILD_TIMEOUT");
        assertNothingIsLeft();
    }

    @Test
    void namesAFullDiskAndRemovesWhatWasWritten() throws IOException {
        AppSource tooLarge = new MapSource() {
            @Override
            public Map<String, String> writeTo(Path folder, Transcript transcript) throws IOException {
                super.writeTo(folder, transcript);
                throw new IOException("checkout", new IOException("No space left on device"));
            }
        }.with("Procfile", "web: x");
        assertThatThrownBy(() -> build(tooLarge))
                .isInstanceOf(Refusal.class)
                .hasMessageStartingWith("the build in builds/myapp could not be done: cannot write "
                        + layout.builds(APP) + ": No space left on device; the server's disk is full");
        assertNothingIsLeft();
    }

    @Test
    void aBuildThatWouldNotFitIsRefusedBeforeItBegins() throws IOException {
        build(script("true"));
        Path record = layout.buildLogs(APP).resolve("1.json");
        Files.writeString(
                record, Files.readString(record).replaceFirst("\"bytes\" : \\d+", "\"bytes\" : " + Long.MAX_VALUE));
        assertThatThrownBy(() -> build(script("touch ran")))
                .isInstanceOf(Refusal.class)
                .hasMessageMatching("the server has .* free, and the last build of myapp took .*, so this one would not"
                        + " fit: `disk` shows who takes what");
        assertThat(in(layout.builds(APP))).hasSize(1);
    }

    @Test
    void namesTheFileThatCouldNotBeMade() {
        AppSource unwritable = new MapSource() {
            @Override
            public Map<String, String> writeTo(Path folder, Transcript transcript) throws IOException {
                throw new FileSystemException("/srv/x", null, "Input/output error");
            }
        }.with("Procfile", "web: x");
        assertThatThrownBy(() -> build(unwritable)).hasMessageContaining("cannot write /srv/x: Input/output error");
    }

    @Test
    void sweepsWhatNoReleaseNamesAndSparesWhatIsNew() throws IOException {
        Slug claimed = build(script("mkdir -m 555 locked; ln -s / everything"));
        Slug kept = build(script("true"));
        pipeline.sweep(APP, Set.of(claimed.id()));
        assertThat(in(layout.builds(APP))).hasSize(2);
        Files.createDirectories(layout.builds(APP).resolve(".building-now"));
        pipeline.sweep(APP, Set.of(kept.id()));
        assertThat(in(layout.builds(APP)))
                .containsExactlyInAnyOrder(
                        layout.builds(APP).resolve(kept.id()),
                        layout.builds(APP).resolve(".building-now"));
        pipeline.discard(APP, kept.id());
        assertThat(layout.builds(APP).resolve(kept.id())).doesNotExist();
    }

    @Test
    void sweepsWhatAKilledAgentLeft() throws Exception {
        build(script("true"));
        Files.createDirectories(layout.builds(APP).resolve(".building-x/y"));
        Files.createDirectories(layout.builds(APP).resolve(".trash-x-1/y"));
        Files.createDirectories(layout.caches().resolve(".trash-old-1"));
        BuildTraces.Trace trace = new BuildTraces(layout, new Disposal()).begin("20261121-101500-abcdef0");
        // Whichever of the two is killed first, the shell does not come to its end before it is killed itself.
        Process orphan = new ProcessBuilder("env", trace.mark(), "sh", "-c", "sleep 300; sleep 300").start();
        Process stranger = new ProcessBuilder("env", BuildTraces.MARK + "=other@root", "sleep", "300").start();
        try {
            waitUntilMarked(orphan);
            waitUntilMarked(stranger);
            pipeline(Map.of(), Clock.systemUTC()).sweepLeftovers();
            assertThat(orphan.waitFor()).isEqualTo(128 + 9);
            assertThat(ours()).isEmpty();
            assertThat(stranger.isAlive()).isTrue();
        } finally {
            orphan.destroyForcibly();
            stranger.destroyForcibly();
        }
        assertThat(in(layout.builds(APP))).hasSize(1);
        assertThat(in(layout.caches())).containsExactly(layout.cache(APP));
        assertThat(in(layout.temporary())).isEmpty();
    }

    /** Two apps can have one commit, and be pushed in one second. */
    @Test
    void buildsWithTheSameSlugIdEndNoProcessOfEachOther() throws Exception {
        BuildTraces traces = new BuildTraces(layout, new Disposal());
        BuildTraces.Trace one = traces.begin("20261121-101500-abcdef0");
        BuildTraces.Trace other = traces.begin("20261121-101500-abcdef0");
        Process process = new ProcessBuilder("env", one.mark(), "sleep", "300").start();
        try {
            waitUntilMarked(process);
            other.close();
            assertThat(process.isAlive()).isTrue();
            one.close();
            assertThat(process.waitFor()).isEqualTo(128 + 9);
        } finally {
            process.destroyForcibly();
        }
    }

    private static void waitUntilMarked(Process process) {
        Eventually.until(
                "the process is marked",
                () -> MarkedProcess.all(BuildTraces.MARK).stream()
                        .anyMatch(marked -> marked.identity().pid() == process.pid()));
    }

    @Test
    void forgetsAnApp() {
        build(script("touch \"$1/x\""));
        pipeline.forget(APP);
        pipeline.forget(new AppName("other"));
        assertThat(layout.builds(APP)).doesNotExist();
        assertThat(layout.cache(APP)).doesNotExist();
        assertThat(layout.builds()).isEmptyDirectory();
    }

    @Test
    void makesLargeSlugsDurableToo() {
        Slug slug = build(script("for i in $(seq 300); do echo $i >file$i; done"));
        assertThat(layout.builds(APP).resolve(slug.id()).resolve("file300")).exists();
    }

    @Test
    void wrappersAndProfilesLoseTheirCarriageReturns() throws IOException {
        Slug slug = build(script("cat bin/rails mvnw | tr '\\r' R; printf 'export A=b\\r\\n' >.profile.d/made.sh")
                .with("bin/rails", "#!/usr/bin/env ruby\r\nputs 1\r\n")
                .with("mvnw", "#!/bin/sh\r\necho mvn\r\n")
                .with("start.sh", "#!/bin/sh\r\n")
                .with(".profile.d/own.sh", "export C=d\r\n")
                .with(".profile", "export E=f\r\n"));
        assertThat(lines).contains("       puts 1", "       echo mvn");
        Path tree = layout.builds(APP).resolve(slug.id());
        assertThat(tree.resolve("bin/rails")).hasContent("#!/usr/bin/env ruby\nputs 1\n");
        assertThat(Files.readString(tree.resolve(".profile"))).isEqualTo("export E=f\n");
        assertThat(Files.readString(tree.resolve(".profile.d/own.sh"))).isEqualTo("export C=d\n");
        assertThat(Files.readString(tree.resolve(".profile.d/made.sh"))).isEqualTo("export A=b\n");
        assertThat(Files.readString(tree.resolve("start.sh"))).isEqualTo("#!/bin/sh\r\n");
        assertThat(lines)
                .contains(" !     bin/rails has lines that end with CR, as Windows writes them: a copy without is run;"
                        + " `echo 'bin/rails text eol=lf' >>.gitattributes && git add --renormalize bin/rails"
                        + " .gitattributes` mends it")
                .anyMatch(line -> line.startsWith(" !     .profile has lines that end with CR"));
    }

    @Test
    void filesOfAStaticSiteKeepTheirCarriageReturns() throws IOException {
        Slug slug = build(new MapSource().with("index.html", "a\r\n").with("craft", "#!/bin/sh\r\n"));
        assertThat(slug.buildpack()).isEqualTo("static");
        assertThat(Files.readString(layout.builds(APP).resolve(slug.id()).resolve("craft")))
                .isEqualTo("#!/bin/sh\r\n");
    }

    @Test
    void whatIsBehindALinkKeepsItsCarriageReturns() throws IOException {
        Path outside = Files.createDirectory(root.resolve("outside"));
        Files.writeString(outside.resolve("rails"), "#!/bin/sh\r\n");
        build(script("ln -s " + outside + "/rails .profile; ln -s " + outside + " .profile.d"));
        assertThat(Files.readString(outside.resolve("rails"))).isEqualTo("#!/bin/sh\r\n");
    }

    private void refuses(MapSource source) {
        assertThatThrownBy(() -> pipeline.build(
                        STATE.withBuild(build -> build.withRoot("a/svc")),
                        TestSubmission.of(APP, COMMIT, source, lines::add, cancellation),
                        ConfigVars.none()))
                .isInstanceOf(Refusal.class)
                .hasMessageStartingWith("the build put something else in the place of the folder a/svc, which the app");
    }

    @Test
    void touchesNothingWhereAnAppsFolderThatBecameALinkLeads() throws IOException {
        Path data = Files.createDirectories(layout.data(new AppName("other")));
        Path page =
                Files.writeString(Files.createDirectory(data.resolve("public")).resolve("index.html"), "private");
        Path row = Files.writeString(data.resolve("row"), "private");
        Path inside = Files.createDirectory(data.resolve("svc"));
        for (String script : List.of(
                "cd ..; mv svc svc.old; ln -s '%s' svc".formatted(data),
                "cd ../..; mv a b; ln -s '%s' a".formatted(data),
                "cd ..; mv svc svc.old; ln -s svc.old svc; exit 1",
                "cd ..; rm -r svc; touch svc")) {
            refuses(new MapSource()
                    .with("a/svc/static.json", "{\"root\": \"public\", \"build\": \"sh b.sh\"}")
                    .with("a/svc/public/index.html", "mine")
                    .with("a/svc/b.sh", script));
            refuses(new MapSource().with("a/svc/build.sh", script.replace("; exit 1", "")));
        }
        assertThat(page).hasContent("private");
        assertThat(row).hasContent("private");
        assertThat(inside).exists();
        assertThat(in(data.resolve("public"))).hasSize(1);
        assertThat(in(layout.builds(APP))).isEmpty();
    }
}
