package dev.tinyserv.agent.config;

import dev.tinyserv.agent.app.Printable;
import dev.tinyserv.buildpacks.Refusal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The settings of agent and router, read once when a process starts: a variable of the environment wins over a line of
 * {@code TINYSERV_ROOT/settings.properties}, which wins over the default. All problems are reported together.
 */
public final class AgentSettings {
    private static final Setting<String> ROOT =
            Setting.path("TINYSERV_ROOT", "", "The folder that holds everything; an absolute path.");
    private static final Setting<Integer> START_PORT =
            Setting.port("TINYSERV_START_PORT", "5000", "The stable port of the first app; the next apps count up.");
    private static final Setting<Integer> SSH_PORT =
            Setting.port("TINYSERV_SSH_PORT", "2222", "Where SSH and git are served.");
    private static final Setting<String> BIND = Setting.host(
            "TINYSERV_BIND",
            BindAddress.EVERYWHERE,
            "The address that SSH and the apps' stable ports listen on: * or :: for all, of both families where there"
                    + " is IPv6; 0.0.0.0 for all of IPv4 and none of IPv6.");
    private static final Setting<Optional<Networks>> TRUSTED_PROXIES = Setting.networks(
            "TINYSERV_TRUSTED_PROXIES",
            "Addresses and networks of proxies before tinyserv, such as 10.0.0.0/8,fd00::1: what they say of a request's"
                    + " client is handed on. By default loopback if TINYSERV_BIND is a loopback address, else none.");
    private static final Setting<PortRange> INSTANCE_PORTS =
            Setting.ports("TINYSERV_INSTANCE_PORTS", "20000-29999", "Private ports, given to processes as PORT.");
    private static final Setting<String> HOST =
            Setting.host("TINYSERV_HOST", "", "The name in printed URLs; by default the address that the client used.");
    private static final Setting<Integer> HTTP_PORT =
            Setting.port("TINYSERV_HTTP_PORT", "80", "Reserved for host names; nothing listens on it yet.");
    private static final Setting<Integer> HTTPS_PORT =
            Setting.port("TINYSERV_HTTPS_PORT", "443", "Reserved for host names; nothing listens on it yet.");
    private static final Setting<Long> LOG_SIZE = Setting.sizeOfAtLeast(
            "64k", "TINYSERV_LOG_SIZE", "10m", "The most that one app's log takes on disk; at least 64k.");
    private static final Setting<String> LOG_LEVEL = Setting.oneOf(
            "TINYSERV_LOG_LEVEL",
            "info",
            List.of("error", "warn", "info", "debug"),
            "How much agent and router write into their own logs: error, warn, info or debug.");
    private static final Setting<Integer> KEEP_SLUGS =
            Setting.count("TINYSERV_KEEP_SLUGS", 5, 1000, "Built trees kept per app, besides what runs.");
    private static final Setting<Long> CACHE_SIZE = Setting.size(
            "TINYSERV_CACHE_SIZE",
            "5g",
            "What builds of all apps may keep for later ones together; what was not used for the longest time goes"
                    + " first.");
    private static final Setting<Duration> BUILD_TIMEOUT =
            Setting.time("TINYSERV_BUILD_TIMEOUT", "15m", "After this a build is ended, with its whole tree.");
    private static final Setting<Long> BUILD_MEMORY = Setting.sizeOfAtLeast(
            "64m",
            "TINYSERV_BUILD_MEMORY",
            "4g",
            "What all processes of a build may take together; one that takes more is ended.");
    private static final Setting<Integer> BUILD_PROCESSES = Setting.count(
            "TINYSERV_BUILD_PROCESSES",
            1000,
            100_000,
            "How many processes a build may have at once; one with more is ended.");
    private static final Setting<Integer> PARALLEL_BUILDS =
            Setting.count("TINYSERV_PARALLEL_BUILDS", 2, 64, "Builds that run at once, over all apps.");
    private static final Setting<Duration> RELEASE_TIMEOUT =
            Setting.time("TINYSERV_RELEASE_TIMEOUT", "1h", "After this a release phase is ended.");
    private static final Setting<Duration> BOOT_TIMEOUT =
            Setting.time("TINYSERV_BOOT_TIMEOUT", "60s", "How long a web process may take to listen on PORT.");
    private static final Setting<Duration> DRAIN_TIMEOUT =
            Setting.time("TINYSERV_DRAIN_TIMEOUT", "30s", "How long requests under way may take after a switch.");
    private static final Setting<Duration> STOP_TIMEOUT =
            Setting.time("TINYSERV_STOP_TIMEOUT", "30s", "Time between SIGTERM and SIGKILL.");
    private static final Setting<Duration> FIRST_BYTE_TIMEOUT = Setting.time(
            "TINYSERV_FIRST_BYTE_TIMEOUT", "30s", "How long an app may take to begin its answer, before 504.");
    private static final Setting<Duration> IDLE_TIMEOUT =
            Setting.time("TINYSERV_IDLE_TIMEOUT", "60s", "After this a silent connection of a client is closed.");
    private static final Setting<Duration> UPSTREAM_KEEP_ALIVE = Setting.time(
            "TINYSERV_UPSTREAM_KEEP_ALIVE",
            "4s",
            "How long an unused connection to an app is kept for the next request.");
    private static final Setting<Integer> MAX_CLIENTS = Setting.count(
            "TINYSERV_MAX_CLIENTS",
            4096,
            1_000_000,
            "HTTP connections at once; each of the router's two threads has half of the places. When all are taken, kept"
                    + " connections that ask for nothing make room first, then clients that have owed a head for a second,"
                    + " then those that owe a body, then those that take no answer, last tunnels and begun answers that were"
                    + " silent for TINYSERV_IDLE_TIMEOUT. An address (IPv6: a /64) has a share of a quarter, and an app of"
                    + " half: who has more gives places up to others, and takes"
                    + " none from them. A trusted proxy has no such share.");
    private static final Setting<Long> MAX_PACK =
            Setting.size("TINYSERV_MAX_PACK", "1g", "The largest push that is taken.");
    private static final Setting<Long> MAX_OBJECT =
            Setting.size("TINYSERV_MAX_OBJECT", "500m", "The largest single file or object in a push.");
    private static final Setting<Integer> MAX_FILES =
            Setting.count("TINYSERV_MAX_FILES", 100_000, 10_000_000, "The most files in a deployed tree.");
    private static final Setting<Long> MAX_CHECKOUT =
            Setting.size("TINYSERV_MAX_CHECKOUT", "2g", "The largest deployed tree, in bytes.");
    private static final Setting<Integer> MAX_REFS =
            Setting.count("TINYSERV_MAX_REFS", 1000, 1_000_000, "The most branches and tags of one app.");
    private static final Setting<Integer> MAX_SESSIONS =
            Setting.count("TINYSERV_MAX_SESSIONS", 200, 100_000, "SSH connections at once.");
    private static final Setting<Integer> MAX_UNAUTHENTICATED = Setting.count(
            "TINYSERV_MAX_UNAUTHENTICATED",
            50,
            100_000,
            "SSH connections at once that have not logged in, a fifth of them (at least 10) from one address; twice as"
                    + " many wait for their turn.");
    private static final Setting<Integer> MAX_LOGIN_ATTEMPTS =
            Setting.count("TINYSERV_MAX_LOGIN_ATTEMPTS", 6, 100, "Keys that an SSH client may try per connection.");
    private static final Setting<Integer> MAX_CHANNELS =
            Setting.count("TINYSERV_MAX_CHANNELS", 10, 1000, "Commands at once over one SSH connection.");
    private static final Setting<Duration> LOGIN_TIMEOUT =
            Setting.time("TINYSERV_LOGIN_TIMEOUT", "20s", "How long an SSH client may take to log in.");

    private static final List<Setting<?>> ALL = List.of(
            ROOT,
            START_PORT,
            SSH_PORT,
            BIND,
            TRUSTED_PROXIES,
            INSTANCE_PORTS,
            HOST,
            HTTP_PORT,
            HTTPS_PORT,
            LOG_SIZE,
            LOG_LEVEL,
            KEEP_SLUGS,
            CACHE_SIZE,
            BUILD_TIMEOUT,
            BUILD_MEMORY,
            BUILD_PROCESSES,
            PARALLEL_BUILDS,
            RELEASE_TIMEOUT,
            BOOT_TIMEOUT,
            DRAIN_TIMEOUT,
            STOP_TIMEOUT,
            FIRST_BYTE_TIMEOUT,
            IDLE_TIMEOUT,
            UPSTREAM_KEEP_ALIVE,
            MAX_CLIENTS,
            MAX_PACK,
            MAX_OBJECT,
            MAX_FILES,
            MAX_CHECKOUT,
            MAX_REFS,
            MAX_SESSIONS,
            MAX_UNAUTHENTICATED,
            MAX_LOGIN_ATTEMPTS,
            MAX_CHANNELS,
            LOGIN_TIMEOUT);

    /**
     * A setting as it holds, for people.
     *
     * @param name its name
     * @param value its text
     * @param source where the value came from: {@code default}, {@code environment} or the file's name
     * @param meaning what it is for
     */
    public record Shown(String name, String value, String source, String meaning) {}

    private record Value(Object parsed, String text, String source) {}

    private final Map<Setting<?>, Value> values;

    private AgentSettings(Map<Setting<?>, Value> values) {
        this.values = values;
    }

    /**
     * Settings as far as they could be read.
     *
     * @param settings what holds; the default where something bad was said
     * @param problems every bad setting, its source and what was expected
     */
    public record Reading(AgentSettings settings, List<String> problems) {
        /** Copies the problems. */
        public Reading {
            problems = List.copyOf(problems);
        }
    }

    /**
     * Reads all settings.
     *
     * @param environment the variables of this process
     * @throws Refusal naming every bad setting, its source and what was expected, a line each
     */
    public static AgentSettings load(Map<String, String> environment) {
        Reading reading = read(environment);
        if (!reading.problems().isEmpty()) {
            throw new Refusal(String.join("\n", reading.problems()));
        }
        return reading.settings();
    }

    /**
     * Reads what can be read, for verbs that must work although a setting is bad.
     *
     * @throws Refusal if it is not known where everything lies
     */
    public static Reading read(Map<String, String> environment) {
        List<String> problems = new ArrayList<>();
        String root = environment.getOrDefault(ROOT.name(), "");
        if (root.isEmpty()) {
            throw new Refusal("TINYSERV_ROOT is not set; say where tinyserv keeps its files, for example: export"
                    + " TINYSERV_ROOT=/srv/tinyserv");
        }
        if (!Setting.isPathName(root)) {
            throw new Refusal("TINYSERV_ROOT=" + Printable.shortened(root, 200) + " (environment): expected an absolute"
                    + " path without control characters, and without spaces at its ends");
        }
        Path rootPath = Path.of(root);
        if (!rootPath.isAbsolute()) {
            throw new Refusal("TINYSERV_ROOT=" + root + " (environment): expected an absolute path");
        }
        Path file = new Layout(rootPath).settingsFile();
        Map<String, String> lines = SettingsFile.read(file, problems);
        Map<Setting<?>, Value> values = new LinkedHashMap<>();
        for (Setting<?> setting : ALL) {
            values.put(setting, valueOf(setting, environment, lines.remove(setting.name()), file, problems));
        }
        for (String unknown : new TreeSet<>(lines.keySet())) {
            problems.add(unknown + " (" + file + "): no such setting; `tinyserv-remote settings` lists them");
        }
        AgentSettings settings = new AgentSettings(values);
        checkTogether(settings, problems);
        return new Reading(settings, problems);
    }

    private static Value valueOf(
            Setting<?> setting,
            Map<String, String> environment,
            @Nullable String inFile,
            Path file,
            List<String> problems) {
        String inEnvironment = environment.get(setting.name());
        String text = setting.defaultText();
        String source = "default";
        if (inEnvironment != null && !inEnvironment.isEmpty()) {
            text = inEnvironment.strip();
            source = "environment";
        } else if (inFile != null && !inFile.isEmpty()) {
            text = inFile.strip();
            source = file.toString();
        }
        try {
            return new Value(setting.parser().apply(text), text, source);
        } catch (Refusal expected) {
            problems.add(setting.name() + "=" + text + " (" + source + "): expected " + expected.getMessage());
            return new Value(setting.parser().apply(setting.defaultText()), setting.defaultText(), "default");
        }
    }

    private static void checkTogether(AgentSettings settings, List<String> problems) {
        if (settings.instancePorts().contains(settings.startPort())) {
            problems.add("TINYSERV_START_PORT=" + settings.startPort() + " lies in TINYSERV_INSTANCE_PORTS: move one of"
                    + " them");
        }
        if (settings.instancePorts().contains(settings.sshPort())) {
            problems.add("TINYSERV_SSH_PORT=" + settings.sshPort() + " lies in TINYSERV_INSTANCE_PORTS: move one of"
                    + " them");
        }
    }

    @SuppressWarnings("unchecked") // load() put the value there that this setting's own parser made
    private <T> T get(Setting<T> setting) {
        @Nullable Value value = values.get(setting);
        if (value == null) {
            throw new IllegalStateException(setting.name() + " was not loaded");
        }
        return (T) value.parsed();
    }

    /** All settings as they hold. */
    public List<Shown> show() {
        List<Shown> shown = new ArrayList<>();
        values.forEach((setting, value) ->
                shown.add(new Shown(setting.name(), value.text(), value.source(), setting.meaning())));
        return shown;
    }

    /** All settings with their defaults, for the documentation. */
    public static List<Shown> defaults() {
        return ALL.stream()
                .map(setting -> new Shown(setting.name(), setting.defaultText(), "default", setting.meaning()))
                .toList();
    }

    /** Where everything lies. */
    public Layout layout() {
        return new Layout(Path.of(get(ROOT)).normalize());
    }

    /** The stable port of the first app. */
    public int startPort() {
        return get(START_PORT);
    }

    /** The port of SSH and git. */
    public int sshPort() {
        return get(SSH_PORT);
    }

    /** Where SSH and the stable ports listen. */
    public BindAddress bind() {
        return new BindAddress(get(BIND));
    }

    /** The proxies whose word on a request's client is handed on. */
    public Networks trustedProxies() {
        return get(TRUSTED_PROXIES).orElseGet(() -> bind().isLoopback() ? Networks.LOOPBACK : Networks.NONE);
    }

    /** The private ports of instances. */
    public PortRange instancePorts() {
        return get(INSTANCE_PORTS);
    }

    /** The name in printed URLs; empty for the address that the client used. */
    public String host() {
        return get(HOST);
    }

    /**
     * The URL of a stable port.
     *
     * @param address the address that the client used, {@code localhost} on the server itself; what {@link #host} says wins
     *     over it
     */
    public String urlOf(int port, String address) {
        String name = host().isEmpty() ? reachable(address) : host();
        return "http://" + (name.indexOf(':') >= 0 ? "[" + name + "]" : name) + ":" + port;
    }

    /** Who uses the server's own command reaches no port at localhost if the ports are bound to another address. */
    private String reachable(String address) {
        return address.equals("localhost") && !bind().isReachedAtLocalhost() ? bind().text() : address;
    }

    /** The most bytes of one app's log on disk. */
    public long logBytes() {
        return get(LOG_SIZE);
    }

    /** The built trees kept per app. */
    public int keepSlugs() {
        return get(KEEP_SLUGS);
    }

    /** The time limit of a build. */
    public Duration buildTimeout() {
        return get(BUILD_TIMEOUT);
    }

    /** What the processes of a build may take together, in bytes. */
    public long buildMemoryBytes() {
        return get(BUILD_MEMORY);
    }

    /** What builds of all apps may keep for later ones together, in bytes. */
    public long cacheBytes() {
        return get(CACHE_SIZE);
    }

    /** How many processes a build may have at once. */
    public int buildProcesses() {
        return get(BUILD_PROCESSES);
    }

    /** The builds that run at once. */
    public int parallelBuilds() {
        return get(PARALLEL_BUILDS);
    }

    /** The time limit of a release phase. */
    public Duration releaseTimeout() {
        return get(RELEASE_TIMEOUT);
    }

    /** The time limit of a boot. */
    public Duration bootTimeout() {
        return get(BOOT_TIMEOUT);
    }

    /** The time that requests under way get after a switch. */
    public Duration drainTimeout() {
        return get(DRAIN_TIMEOUT);
    }

    /** The time between SIGTERM and SIGKILL. */
    public Duration stopTimeout() {
        return get(STOP_TIMEOUT);
    }

    /** The time that an app has to begin its answer. */
    public Duration firstByteTimeout() {
        return get(FIRST_BYTE_TIMEOUT);
    }

    /** The time after which a silent client's connection is closed. */
    public Duration idleTimeout() {
        return get(IDLE_TIMEOUT);
    }

    /** How long an unused connection to an app is kept. */
    public Duration upstreamKeepAlive() {
        return get(UPSTREAM_KEEP_ALIVE);
    }

    /** The most HTTP connections at once. */
    public int maxClients() {
        return get(MAX_CLIENTS);
    }

    /** The largest pack, in bytes. */
    public long maxPackBytes() {
        return get(MAX_PACK);
    }

    /** The largest object, in bytes. */
    public long maxObjectBytes() {
        return get(MAX_OBJECT);
    }

    /** The most files of a tree. */
    public int maxFiles() {
        return get(MAX_FILES);
    }

    /** The largest tree, in bytes. */
    public long maxCheckoutBytes() {
        return get(MAX_CHECKOUT);
    }

    /** The most refs of a repository. */
    public int maxRefs() {
        return get(MAX_REFS);
    }

    /** The most SSH connections at once. */
    public int maxSessions() {
        return get(MAX_SESSIONS);
    }

    /** The most SSH connections at once that have not logged in. */
    public int maxUnauthenticated() {
        return get(MAX_UNAUTHENTICATED);
    }

    /** The keys that an SSH client may try on one connection. */
    public int maxLoginAttempts() {
        return get(MAX_LOGIN_ATTEMPTS);
    }

    /** The most channels at once of one SSH connection. */
    public int maxChannels() {
        return get(MAX_CHANNELS);
    }

    /** The time that an SSH client has to log in. */
    public Duration loginTimeout() {
        return get(LOGIN_TIMEOUT);
    }
}
