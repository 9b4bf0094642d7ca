package dev.tinyserv.agent.doctor;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.SPARSE;
import static java.nio.file.StandardOpenOption.WRITE;
import static java.nio.file.attribute.PosixFilePermission.OWNER_EXECUTE;
import static java.nio.file.attribute.PosixFilePermission.OWNER_READ;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinyserv.agent.AgentSettings;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.app.ConfigVars;
import dev.tinyserv.agent.build.Languages;
import dev.tinyserv.agent.doctor.Finding.Level;
import dev.tinyserv.agent.keys.AuthorizedKeys;
import dev.tinyserv.agent.machine.Kernel;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.agent.release.ReleaseFile;
import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.buildpacks.base.ShellWord;
import dev.tinyserv.buildpacks.buildpack.Buildpack;
import dev.tinyserv.buildpacks.runtime.Runtimes;
import dev.tinyserv.buildpacks.runtime.Toolchain;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each check tells what is wrong with a machine that is made of files. */
class DoctorTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    @TempDir
    private Path base;

    private Path root;
    private Path kernel;
    private Instant now = NOW;

    @BeforeEach
    void makeFolders() throws IOException {
        root = Files.createDirectory(base.resolve("root"));
        kernel = Files.createDirectory(base.resolve("kernel"));
        Files.createDirectories(root.resolve("apps"));
        Files.createDirectories(root.resolve("releases"));
    }

    private void kernel(String file, String text) {
        try {
            Files.createDirectories(kernel.resolve(file).getParent());
            Files.writeString(kernel.resolve(file), text);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Patient patient(Map<String, String> settings) {
        Map<String, String> environment = new java.util.TreeMap<>(settings);
        environment.put("TINYSERV_ROOT", root.toString());
        environment.put("PATH", System.getenv("PATH"));
        return new Patient(
                AgentSettings.load(environment).view(environment),
                environment,
                null,
                new AuthorizedKeys(root.resolve("authorized_keys")),
                new Kernel(kernel),
                Clock.fixed(now, ZoneOffset.UTC),
                Optional.empty(),
                true);
    }

    private List<Finding> look(Check check, Map<String, String> settings) {
        Findings findings = new Findings("Test");
        check.look(patient(settings), findings);
        return findings.all();
    }

    private static List<Finding> told(Consumer<Findings> what) {
        Findings findings = new Findings("Test");
        what.accept(findings);
        return findings.all();
    }

    private static void only(List<Finding> findings, Level level, String text) {
        assertThat(findings).hasSize(1);
        assertThat(findings.get(0).level()).as(findings.get(0).text()).isEqualTo(level);
        assertThat(findings.get(0).text()).contains(text);
    }

    @Test
    void memoryThatIsShortIsTold() {
        kernel("proc/meminfo", "MemTotal: 500000 kB\nMemAvailable:   20000 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n");
        only(look(new MemoryCheck(), Map.of()), Level.PROBLEM, "19 MB available, no swap");
        kernel("proc/meminfo", "MemAvailable:   200000 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n");
        only(look(new MemoryCheck(), Map.of()), Level.WARNING, "may be needed at once");
        kernel("proc/meminfo", "MemAvailable: 200000 kB\nSwapTotal: 900000 kB\nSwapFree: 900000 kB\n");
        only(look(new MemoryCheck(), Map.of()), Level.OK, "swap free");
    }

    @Test
    void onlyOurOwnProcessesThatTheKernelEndedAreNamed() {
        List<String> log = List.of(
                "[1.0] Out of memory: Killed process 77 (node) total-vm:1kB, anon-rss:1kB, UID:998 pgtables:1kB",
                "[2.0] Out of memory: Killed process 78 (mysqld) total-vm:1kB, anon-rss:1kB, UID:12 pgtables:1kB",
                "[3.0] nothing of interest");
        assertThat(OomKills.killedOf(998, log)).containsExactly("node (pid 77)");
        assertThat(OomKills.killedOf(99, log)).isEmpty();
    }

    @Test
    void aClockThatCannotBeRightIsTold() throws IOException {
        only(look(new ClockCheck(), Map.of()), Level.OK, "2026");
        Files.writeString(root.resolve("apps/shop.json"), "{}");
        Path release = Files.writeString(root.resolve("releases/shop.json"), "{}");
        Files.setLastModifiedTime(release, java.nio.file.attribute.FileTime.from(NOW.plusSeconds(3600)));
        only(look(new ClockCheck(), Map.of()), Level.PROBLEM, "release of shop");
        now = Instant.parse("1970-01-01T00:10:00Z");
        only(look(new ClockCheck(), Map.of()), Level.PROBLEM, "1970");
    }

    @Test
    void limitsBelowWhatTheSettingsAllowAreTold() {
        kernel("proc/self/limits", "Max processes 4000 4000 processes\nMax open files 1024 524288 files\n");
        only(look(new LimitCheck(), Map.of()), Level.WARNING, "1024 open files");
        only(look(new LimitCheck(), Map.of("TINYSERV_MAX_CLIENTS", "200")), Level.OK, "1024 open files");
        kernel("proc/self/limits", "Max processes 100 100 processes\nMax open files unlimited unlimited files\n");
        assertThat(look(new LimitCheck(), Map.of()))
                .anyMatch(finding -> finding.text().startsWith("100 processes"));
    }

    @Test
    void portsThatTheKernelGivesAwayAreTold() {
        kernel("proc/sys/net/ipv4/ip_local_port_range", "32768\t60999\n");
        assertThat(look(new PortRangeCheck(), Map.of())).allMatch(finding -> finding.level() == Level.OK);
        assertThat(look(new PortRangeCheck(), Map.of("TINYSERV_INSTANCE_PORTS", "30000-40000")))
                .anyMatch(finding ->
                        finding.level() == Level.WARNING && finding.what().contains("overlaps"));
        assertThat(look(new PortRangeCheck(), Map.of("TINYSERV_SSH_PORT", "40000")))
                .anyMatch(finding ->
                        finding.level() == Level.WARNING && finding.what().contains("TINYSERV_SSH_PORT"));
    }

    @Test
    void aDiskThatIsShortOrOfTheWrongKindIsTold() {
        only(told(f -> DiskCheck.tellSpace(50L << 20, 1L << 40, f)), Level.PROBLEM, "50 MB free");
        only(told(f -> DiskCheck.tellSpace(500L << 20, 1L << 40, f)), Level.WARNING, "500 MB free");
        only(told(f -> DiskCheck.tellSpace(5L << 30, 1L << 40, f)), Level.OK, "5.0 GB free");
        only(told(f -> DiskCheck.tellInodes(10, 1000, f)), Level.PROBLEM, "10 of 1000 inodes");
        assertThat(told(f -> DiskCheck.tellInodes(0, 0, f))).isEmpty();
        only(told(f -> FileSystemCheck.tell("ext4", true, f)), Level.PROBLEM, "read-only");
        only(told(f -> FileSystemCheck.tell("tmpfs", false, f)), Level.WARNING, "a reboot deletes");
        only(told(f -> FileSystemCheck.tell("nfs4", false, f)), Level.WARNING, "locks");
        only(told(f -> FileSystemCheck.tell("overlay", false, f)), Level.WARNING, "container");
        only(told(f -> FileSystemCheck.tell("ext4", false, f)), Level.OK, "ext4");
        only(
                told(f -> FileSystemCheck.tellUnwritable(root, new IOException("No space left on device"), f)),
                Level.PROBLEM,
                "No space left on device; free some space");
    }

    @Test
    void inotifyLimitsAreTold() {
        kernel("proc/sys/fs/inotify/max_user_instances", "2\n");
        assertThat(look(new KernelCheck(), Map.of()))
                .anyMatch(finding ->
                        finding.level() == Level.WARNING && finding.what().contains("max_user_instances is 2"));
    }

    private List<Finding> lookForPrograms(String path) {
        Patient usual = patient(Map.of());
        Findings findings = new Findings("Programs");
        new ProgramCheck(Languages.ALL)
                .look(
                        new Patient(
                                usual.settings(),
                                Map.of("PATH", path),
                                null,
                                usual.keys(),
                                usual.kernel(),
                                usual.clock(),
                                Optional.empty(),
                                true),
                        findings);
        return findings.all();
    }

    @Test
    void missingProgramsAreTold() {
        assertThat(lookForPrograms(System.getenv("PATH"))).allMatch(finding -> finding.level() == Level.OK);
        assertThat(lookForPrograms("/nowhere"))
                .anyMatch(finding ->
                        finding.level() == Level.PROBLEM && finding.what().contains("setsid"));
    }

    private void makeProgram(Path bin, String name) throws IOException {
        Files.createFile(bin.resolve(name), PosixFilePermissions.asFileAttribute(Set.of(OWNER_READ, OWNER_EXECUTE)));
    }

    @ParameterizedTest
    @CsvSource({
        "ruby, 'ruby, bundle', Ruby, install Ruby; on Debian: apt-get install ruby ruby-dev bundler",
        "java, javac, Java, install Java; on Debian: apt-get install default-jdk-headless",
        "php, php, PHP, install PHP; on Debian: apt-get install php-cli",
        "deno, deno, Deno, install Deno; with npm: npm install -g deno",
        "node, 'node, npm', Node.js, install Node.js with npm",
        "python, python3, Python, install Python; on Debian: apt-get install python3 python3-venv",
        "go, go, Go, install Go; on Debian: apt-get install golang-go"
    })
    void theToolsOfALanguageInUseAreLookedFor(String buildpack, String tools, String language, String remedy)
            throws IOException {
        Path bin = Files.createDirectory(base.resolve("bin"));
        for (String ours : List.of("sh", "setsid", "env", "mv", "date", "sleep", "fallocate")) {
            makeProgram(bin, ours);
        }
        only(lookForPrograms(bin.toString()), Level.OK, "all there");
        for (String app : List.of("blog", "shop")) {
            Files.writeString(root.resolve("apps").resolve(app + ".json"), "{}");
            Files.writeString(root.resolve("releases").resolve(app + ".json"), """
                    {"schema": 1, "app": "%s", "version": 2, "id": "i", "status": "live", "createdAt": "2026-11-21T12:00:00Z",
                     "createdBy": "ada", "cause": "push", "description": "Deploy", "commit": "c0ffee", "port": 5000,
                     "processes": {}, "env": {}, "slug": "s", "slugEnv": {}, "buildpack": "static, %s", "root": ""}
                    """.formatted(app, buildpack));
        }
        Toolchain toolchain = Languages.ALL.stream()
                .filter(each -> each.name().equals(buildpack))
                .findFirst()
                .flatMap(Buildpack::toolchain)
                .orElseThrow();
        Runtimes withoutPath = new Runtimes(Map.of());
        assumeTrue(
                toolchain.tools().stream().noneMatch(tool -> withoutPath.has(toolchain.runtime(), tool)),
                "the machine has " + language + " where version managers keep it");

        only(
                lookForPrograms(bin.toString()),
                Level.PROBLEM,
                tools + " not found on PATH, which the apps blog, shop need; " + remedy);

        for (String tool : tools.split(", ", -1)) {
            makeProgram(bin, tool);
        }
        only(lookForPrograms(bin.toString()), Level.OK, "all there, also " + language);
    }

    @Test
    void aNameThatLeadsElsewhereIsTold() {
        only(look(new HostNameCheck(), Map.of("TINYSERV_HOST", "localhost")), Level.OK, "leads here");
        only(look(new HostNameCheck(), Map.of("TINYSERV_HOST", "192.0.2.7")), Level.WARNING, "no address of this");
        only(
                look(new HostNameCheck(), Map.of("TINYSERV_HOST", "nowhere.invalid")),
                Level.WARNING,
                "without an address");
    }

    @Test
    void nothingThatIsMissingMakesItFail() throws IOException {
        Files.delete(root.resolve("apps"));
        Files.delete(root.resolve("releases"));
        Files.delete(root);
        Checkup checkup = new Doctor(patient(Map.of())).examine();
        assertThat(checkup.findings()).noneMatch(finding -> finding.what().contains("cannot be looked at"));
        assertThat(checkup.hasProblems()).isTrue();
        assertThat(checkup.findings())
                .filteredOn(finding -> finding.text().contains("No such file"))
                .as("that TINYSERV_ROOT is not there is told once")
                .hasSize(1)
                .allMatch(finding -> finding.text().contains("is TINYSERV_ROOT right?"));
    }

    @Test
    void everyFindingThatIsNotOkSaysWhatToDo() throws IOException {
        Files.writeString(root.resolve("apps/shop.json"), "{ torn");
        Files.writeString(root.resolve("authorized_keys"), "rubbish\n");
        Checkup checkup = new Doctor(patient(Map.of())).examine();
        assertThat(checkup.findings())
                .filteredOn(finding -> finding.level() != Level.OK)
                .hasSizeGreaterThan(3)
                .allMatch(finding -> !finding.remedy().isEmpty());
        assertThat(checkup.findings())
                .anyMatch(finding ->
                        finding.area().equals("App shop") && finding.what().contains("is damaged"));
    }

    @Test
    void theSummaryCounts() {
        assertThat(new Checkup(List.of()).summary()).isEqualTo("all well");
        Finding problem = new Finding("A", Level.PROBLEM, "x", "y");
        Finding warning = new Finding("A", Level.WARNING, "x", "y");
        assertThat(new Checkup(List.of(problem, problem, warning)).summary()).isEqualTo("2 problems, 1 warning");
        assertThat(new Checkup(List.of(warning)).summary()).isEqualTo("1 warning");
    }

    /** A doctor whose clock shows these seconds, one each time it looks at it. */
    private Doctor doctorAt(long... seconds) {
        Iterator<Long> shown = Arrays.stream(seconds).boxed().iterator();
        return new Doctor(patient(Map.of()), () -> TimeUnit.SECONDS.toNanos(shown.next()));
    }

    private void damage(String app) throws IOException {
        Files.writeString(root.resolve("apps/" + app + ".json"), "{ torn");
    }

    @Test
    void theSummaryIsThatOfTheLastExamination() throws IOException {
        Doctor doctor = doctorAt(10, 11, 11, 12);
        String before = doctor.summary();
        damage("shop");

        String found = doctor.examine().summary();

        assertThat(found).isNotEqualTo(before);
        assertThat(doctor.summary()).isEqualTo(found);
    }

    @Test
    void aSummaryIsKeptForFiveTimesAsLongAsItTookAndSaysItsAge() throws IOException {
        Doctor doctor = doctorAt(10, 11, 11, 15, 16, 17);
        String first = doctor.summary();
        damage("shop");

        assertThat(doctor.summary()).isEqualTo(first);
        assertThat(doctor.summary()).isEqualTo(first + " (4 s ago)");
        assertThat(doctor.summary())
                .as("five seconds later")
                .isNotEqualTo(first)
                .doesNotContain(" ago");
    }

    @Test
    void aSummaryIsKeptForFifteenSecondsAtMost() throws IOException {
        Doctor doctor = doctorAt(10, 40, 54, 55, 56);
        String first = doctor.summary();
        damage("shop");

        assertThat(doctor.summary()).isEqualTo(first + " (14 s ago)");
        assertThat(doctor.summary()).isNotEqualTo(first).doesNotContain(" ago");
    }

    @Test
    void aHostKeyThatIsGoneOrDamagedIsTold() throws IOException {
        only(look(new HostKeyCheck(), Map.of()), Level.OK, "first start");
        Files.writeString(root.resolve("apps/shop.json"), "{}");
        only(look(new HostKeyCheck(), Map.of()), Level.PROBLEM, "ssh_host_ed25519_key is missing; restore it");
        Path key = Files.createDirectories(root.resolve("host-keys")).resolve("ssh_host_ed25519_key");
        Files.writeString(key, "");
        only(look(new HostKeyCheck(), Map.of()), Level.PROBLEM, "is damaged; restore it");
        Files.writeString(key, "-----BEGIN OPENSSH PRIVATE KEY-----\n");
        only(look(new HostKeyCheck(), Map.of()), Level.OK, "there");
    }

    private void release(String file, int version, String status) throws IOException {
        Release.Making making = new Release.Making(NOW, "ada", Release.Cause.CREATE, "Initial release", null);
        Release release = new Release(
                new Release.Header(new AppName("shop"), version, "id", Release.Status.valueOf(status), making),
                null,
                ConfigVars.none());
        Files.createDirectories(root.resolve("releases/shop"));
        new JsonStore().write(root.resolve("releases").resolve(file), ReleaseFile.of(release, 5000));
    }

    @Test
    void aDamagedFileOfAnAppIsNamedWithTheRemedyThatWorks() throws IOException {
        AppName shop = new AppName("shop");
        new JsonStore().write(root.resolve("apps/shop.json"), new AppState(shop, 5000, true, NOW, "ada"));
        release("shop.json", 2, "LIVE");
        release("shop/v2.json", 2, "LIVE");
        release("shop/v3.json", 3, "FAILED");
        assertThat(look(new AppFileCheck(shop), Map.of()))
                .noneMatch(finding -> finding.what().contains("damaged"))
                .anyMatch(finding -> finding.what().equals(root.resolve("releases/shop/v1.json") + " is missing"));
        release("shop/v1.json", 1, "LIVE");
        assertThat(look(new AppFileCheck(shop), Map.of()))
                .noneMatch(finding -> finding.what().contains("v1.json"));
        Files.writeString(root.resolve("releases/shop/v1.json"), "");
        problem(look(new AppFileCheck(shop), Map.of()), "v1.json:1 is damaged", "; restore it from a backup", "builds");
        release("shop/v1.json", 1, "LIVE");
        Path pointer = root.resolve("releases/shop.json");
        Path own = root.resolve("releases/shop/v2.json");

        Files.writeString(own, "");
        problem(look(new AppFileCheck(shop), Map.of()), own + ":1 is damaged", "; `cp -p " + pointer + " " + own + "`");
        Files.delete(own);
        problem(look(new AppFileCheck(shop), Map.of()), own + " is missing; `cp -p " + pointer + " " + own + "`");
        release("shop/v2.json", 2, "LIVE");
        Files.writeString(pointer, "[");
        problem(
                look(new AppFileCheck(shop), Map.of()),
                "); `cp -p " + own + " " + pointer + "`, then `tinyserv-remote");
        Files.delete(pointer);
        problem(look(new AppFileCheck(shop), Map.of()), pointer + " is missing; `cp -p " + own + " " + pointer + "`");
        release("shop.json", 2, "LIVE");
        Files.writeString(root.resolve("releases/shop/v3.json"), "");
        problem(look(new AppFileCheck(shop), Map.of()), "v3.json:1 is damaged", "; delete it");
        release("shop/v3.json", 3, "FAILED");
        Files.writeString(root.resolve("apps/shop.json"), "");
        problem(
                look(new AppFileCheck(shop), Map.of()),
                "shop.json:1 is damaged",
                "; `tinyserv-remote restart` writes it");
    }

    @Test
    void whatTakesTheSpaceIsWhatLiesOnTheDisk() throws IOException {
        Path output = Files.createDirectories(root.resolve("run/output")).resolve("id.log");
        try (FileChannel punched = FileChannel.open(output, Set.of(CREATE_NEW, WRITE, SPARSE))) {
            punched.write(ByteBuffer.allocate(1), 50L << 30);
        }
        byte[] content = new byte[4 << 20];
        new Random(1).nextBytes(content);
        Path one =
                Files.write(Files.createDirectories(root.resolve("builds/shop")).resolve("one"), content);
        Files.createLink(one.resolveSibling("other-name"), one);
        Files.createLink(Files.createDirectories(root.resolve("cache/shop")).resolve("one"), one);
        Files.write(root.resolve("builds with blanks"), content);

        assertThat(look(new DiskCheck(), Map.of()))
                .extracting(Finding::what)
                .contains("taken by: builds 4 MB, builds with blanks 4 MB");
    }

    @Test
    void withoutDuNobodyIsToldThatNothingTakesTheSpace() {
        Findings findings = new Findings("Test");
        DiskCheck.tellUse(DiskUse.under(root, Map.of("PATH", "/nowhere")), findings);
        only(findings.all(), Level.WARNING, "cannot tell what takes the space");
    }

    @Test
    void aSecretThatOthersCanReadIsNamedWhereverItLies() throws IOException {
        Path keys = Files.createDirectory(root.resolve("deploy-keys"));
        Path key = with(Files.writeString(keys.resolve("shop"), "a key"), "rw-r-----");
        for (String open : List.of("shop.pub", "shop.known_hosts", ".known_hosts")) {
            with(Files.writeString(keys.resolve(open), "no secret"), "rw-r--r--");
        }
        Path former = with(
                Files.writeString(
                        Files.createDirectory(root.resolve("releases/shop")).resolve("v1.json"), "{}"),
                "rw----r--");

        assertThat(look(new OwnerCheck(), Map.of()))
                .filteredOn(finding -> finding.level() == Level.PROBLEM)
                .extracting(Finding::text)
                .filteredOn(text -> text.contains("secrets"))
                .containsExactlyInAnyOrder(
                        key + " holds secrets and can be read by others than its owner; chmod go-r " + key,
                        former + " holds secrets and can be read by others than its owner; chmod go-r " + former);
    }

    @Test
    void aKeyOfAnAppThatOthersCanWriteIsNamed() throws IOException {
        Path key = Files.writeString(
                Files.createDirectory(root.resolve("deploy-keys")).resolve("shop.known_hosts"), "");
        with(key, "rw--w----");

        problem(look(new OwnerCheck(), Map.of()), key + " can be written by others than its owner");
    }

    /** The line is for a shell, into which whoever reads it pastes it. */
    @Test
    void aCommandIsToldSoThatAShellTakesIt() throws IOException {
        root = base.resolve("ada's root");
        Files.createDirectories(root.resolve("apps"));
        Path app = with(Files.writeString(root.resolve("apps/shop.json"), "{}"), "rw-rw----");

        problem(look(new OwnerCheck(), Map.of()), "; chmod go-w " + ShellWord.quoted(app.toString()));
    }

    private static Path with(Path file, String mode) throws IOException {
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    private static void problem(List<Finding> findings, String... parts) {
        assertThat(findings)
                .anyMatch(finding -> finding.level() == Level.PROBLEM
                        && List.of(parts).stream().allMatch(finding.text()::contains));
    }
}
