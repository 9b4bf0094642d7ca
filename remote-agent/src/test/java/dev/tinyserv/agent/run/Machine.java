package dev.tinyserv.agent.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.agent.AgentSettings;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.ConfigVars;
import dev.tinyserv.agent.app.ProcessName;
import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.agent.build.Manifest;
import dev.tinyserv.agent.build.Slug;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.deploy.Batch;
import dev.tinyserv.agent.deploy.Batch.Member;
import dev.tinyserv.agent.deploy.Desired;
import dev.tinyserv.agent.deploy.ProcessStatus;
import dev.tinyserv.agent.event.Event;
import dev.tinyserv.agent.event.Events;
import dev.tinyserv.agent.event.RunEvent;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.agent.release.ReleaseFile;
import dev.tinyserv.agent.run.runtime.PlainRuntime;
import dev.tinyserv.agent.run.runtime.ProcessRuntime;
import dev.tinyserv.agent.run.runtime.RunningProcess;
import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.buildpacks.process.Cancellation;
import dev.tinyserv.buildpacks.process.ProcessIdentity;
import dev.tinyserv.fixtures.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** A root with one app, a supervisor on it, and a monotonic clock that can be put forward. */
final class Machine implements AutoCloseable {
    static final AppName SHOP = new AppName("shop");

    /** A web server in one line, quick to start. */
    static final String SERVER = listening("127.0.0.1", "$ENV{PORT}");

    final Layout layout;
    final AgentSettings settings;
    final RawOutput output;
    final List<String> events = new CopyOnWriteArrayList<>();
    final List<Event> happened = new CopyOnWriteArrayList<>();
    final List<AppName> changes = new CopyOnWriteArrayList<>();
    final List<String> transcript = new CopyOnWriteArrayList<>();
    final JsonStore store = new JsonStore();
    private final AtomicLong ahead = new AtomicLong();
    private final ProcessRuntime runtime;
    private Supervisor supervisor;

    Machine(Path root, Map<String, String> more) {
        int ports = 20_000 + 20 * ThreadLocalRandom.current().nextInt(400);
        Map<String, String> variables = new HashMap<>(Map.of(
                "TINYSERV_ROOT", root.toString(),
                "TINYSERV_BOOT_TIMEOUT", "20s",
                "TINYSERV_STOP_TIMEOUT", "1s",
                "TINYSERV_DRAIN_TIMEOUT", "1s",
                "TINYSERV_INSTANCE_PORTS", ports + "-" + (ports + 19)));
        variables.putAll(more);
        settings = AgentSettings.load(variables);
        layout = settings.layout();
        output = new RawOutput(layout.output());
        runtime = new PlainRuntime(layout.shim(), layout.instances());
        supervisor = start();
    }

    Machine(Path root) {
        this(root, Map.of());
    }

    static String listening(String host, String port) {
        return "perl -MIO::Socket::IP -e '$|=1; $s=IO::Socket::IP->new(LocalHost=>\"" + host + "\",LocalPort=>\"" + port
                + "\",Listen=>9,ReuseAddr=>1) or die \"$!\\n\"; print \"listening\\n\"; "
                + "while($c=$s->accept){while(<$c>){last if /^\\r?$/} "
                + "print $c \"HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\n\\r\\nhello\"; close $c}'";
    }

    private Supervisor start() {
        Events bus = new Events();
        bus.listen(event -> {
            if (event instanceof RunEvent.EndpointsChanged changed) {
                changes.add(changed.app());
            } else {
                happened.add(event);
                events.add(event.text());
            }
        });
        Supervisor made = new Supervisor(
                settings.deploy(),
                store,
                runtime,
                output,
                bus,
                new Clocks(Clock.systemUTC(), () -> System.nanoTime() + ahead.get()),
                System.getenv());
        made.recover();
        return made;
    }

    Supervisor supervisor() {
        return supervisor;
    }

    /** The agent goes and comes back. */
    void restartAgent() {
        supervisor.close();
        supervisor = start();
    }

    void passes(Duration time) {
        ahead.addAndGet(time.toNanos());
    }

    Release release(int version, String web) {
        return release(version, Map.of("web", web), Map.of());
    }

    Release release(int version, Map<String, String> processes, Map<String, String> env) {
        TreeMap<ProcessType, String> commands = new TreeMap<>();
        processes.forEach((type, command) -> commands.put(new ProcessType(type), command));
        try {
            Files.createDirectories(slug());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        Slug slug = new Slug(
                "s1",
                "c0ffee",
                "test",
                new TreeMap<>(commands),
                new TreeMap<>(Map.of("FROM_BUILDPACK", "yes", "LANG", "C.UTF-8")),
                null,
                "",
                Manifest.NONE);
        Release.Making making = new Release.Making(Instant.EPOCH, "ada", Release.Cause.PUSH, "test", null);
        Release release = new Release(
                new Release.Header(SHOP, version, "id" + version, Release.Status.LIVE, making),
                slug,
                new ConfigVars(env));
        try {
            Files.createDirectories(layout.releases(SHOP));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        store.write(layout.release(SHOP, version), ReleaseFile.of(release, 5000));
        return release;
    }

    Path slug() {
        return layout.builds(SHOP).resolve("s1");
    }

    Batch boot(Release release) {
        return replace(Desired.of(release));
    }

    /** Starts all that is desired, beside what runs. */
    Batch replace(Desired desired) {
        return prepare(desired, desired.processes());
    }

    /** Starts what is missing of what is desired. */
    Batch complete(Desired desired) {
        return prepare(desired, supervisor.missing(desired));
    }

    Batch prepare(Desired desired, List<ProcessName> which) {
        return supervisor.prepare(desired, which, transcript::add, new Cancellation());
    }

    /** Boots and promotes; returns the process that is current now. */
    Member deploy(Release release) {
        Batch batch = boot(release);
        supervisor.end(supervisor.promote(batch), "new release " + release.name());
        return batch.started().get(0);
    }

    /** The process as the machine has it. */
    RunningProcess process(Member member) {
        return runtime.find(member.id());
    }

    InstanceRecord record(Member member) {
        return store.read(layout.instances().resolve(member.id() + ".json"), InstanceRecord.class)
                .orElseThrow();
    }

    /** The pid of the app's own process, once its shell has become it. */
    long commandPid(Member member) {
        RunningProcess process = process(member);
        await("the command runs", () -> process.commandPid().isPresent());
        return process.commandPid().orElseThrow();
    }

    /** The app's pid right now. */
    long pid() {
        return Objects.requireNonNull(status().pid());
    }

    ProcessStatus status() {
        List<ProcessStatus> all = supervisor.statuses(SHOP);
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    List<String> recordFiles() {
        try (var files = Files.list(layout.instances())) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static void await(String what, BooleanSupplier condition) {
        Eventually.until(what, condition);
    }

    static void kill9(long pid) {
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    }

    static boolean isAlive(long pid) {
        return ProcessIdentity.of(pid).isPresent();
    }

    @Override
    public void close() {
        supervisor.endAll("the test is over");
        supervisor.close();
    }
}
