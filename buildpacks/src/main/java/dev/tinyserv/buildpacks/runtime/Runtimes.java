package dev.tinyserv.buildpacks.runtime;

import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Command;
import dev.tinyserv.buildpacks.process.CommandFailed;
import dev.tinyserv.buildpacks.process.Program;
import dev.tinyserv.buildpacks.process.Transcript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The runtimes on this machine: those on {@code PATH}, and those of version managers. Searches anew each time, so that
 * a new one is found at once. Safe for several threads.
 */
public final class Runtimes {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int MOST_TOLD = 6;

    private final Map<String, String> environment;
    private final VersionManagers managers;

    /** Those that are found with {@code PATH}, {@code HOME} and the version managers' own variables of an environment. */
    public Runtimes(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
        this.managers = new VersionManagers(this.environment);
    }

    /**
     * The folder with the programs of what {@link #choose} chooses. Without a wish no program is started to learn its
     * version, which would take a tenth of the push of a small app.
     *
     * @throws Refusal if there is none, with the remedy
     */
    public Path bin(RuntimeKind kind, Optional<Wish> wish, Transcript transcript) {
        return wish.isEmpty() ? usual(kind) : choose(kind, wish, transcript).bin();
    }

    /** The programs of the one on {@code PATH}, else of the newest. */
    Path usual(RuntimeKind kind) {
        return onPath(kind)
                .or(() -> managers.installed(kind).stream().findFirst().map(Installed::bin))
                .orElseThrow(() -> missing(kind));
    }

    /**
     * The runtime that an app gets: the usual one if it will do, else the newest that does. When none does it is the
     * one whose version is nearest to what is asked for, else the usual one, and the transcript says so.
     *
     * @param wish the version that the app asks for; empty for none
     * @throws Refusal if there is none at all, with the remedy
     */
    public Installed choose(RuntimeKind kind, Optional<Wish> wish, Transcript transcript) {
        List<Installed> all = all(kind);
        if (all.isEmpty()) {
            throw missing(kind);
        }
        if (wish.isEmpty()) {
            return all.get(0);
        }
        Wish wanted = wish.get();
        return all.stream()
                .filter(each -> wanted.range().contains(each.version()))
                .findFirst()
                .orElseGet(() -> nearest(kind, all, wanted, transcript));
    }

    private static Installed nearest(RuntimeKind kind, List<Installed> all, Wish wanted, Transcript transcript) {
        Nearness nearness = new Nearness(wanted.numbers());
        Installed nearest = all.stream()
                .min(Comparator.comparing(Installed::version, nearness))
                .orElseThrow();
        transcript.problem(wanted.file() + " asks for " + kind.label() + " " + Printable.excerpt(wanted.text(), 60)
                + wanted.ifUnread() + ", the server has " + told(all) + " and takes " + nearest.version()
                + (nearness.isKnown() && all.size() > 1 ? ", the nearest" : "")
                + ": "
                + (wanted.isUnread() ? "" : "install another on the server, or ")
                + "change "
                + wanted.file());
        return nearest;
    }

    private static String told(List<Installed> all) {
        return all.stream()
                .map(each -> each.version().toString())
                .distinct()
                .limit(MOST_TOLD)
                .collect(Collectors.joining(", "));
    }

    private List<Installed> all(RuntimeKind kind) {
        List<Installed> all = new ArrayList<>();
        onPath(kind).ifPresent(bin -> version(kind, bin).ifPresent(version -> all.add(new Installed(version, bin))));
        all.addAll(managers.installed(kind));
        return all;
    }

    /** Shims choose a version by themselves, in ways that depend on folder and home: what they stand for is found. */
    private Optional<Path> onPath(RuntimeKind kind) {
        return Program.find(kind.program(), environment, folder -> !folder.endsWith("shims"))
                .map(program -> kind == RuntimeKind.JAVA ? home(program) : program.resolveSibling(""));
    }

    /** A link in {@code /usr/bin} does not tell where the rest of a JDK is. */
    private static Path home(Path program) {
        try {
            return program.toRealPath().resolveSibling("");
        } catch (IOException e) {
            return program.resolveSibling("");
        }
    }

    private Optional<Version> version(RuntimeKind kind, Path bin) {
        try {
            String text = Command.of(
                            bin.resolve(kind.program()).toString(), kind.tool().versionArgument())
                    .environment(Map.of(
                            "PATH", environment.getOrDefault("PATH", "/usr/bin:/bin"),
                            "HOME", environment.getOrDefault("HOME", "/")))
                    .within(PATIENCE)
                    .collect()
                    .text();
            return Version.findIn(text).map(kind::counted);
        } catch (CommandFailed e) {
            return Optional.empty();
        }
    }

    /** Whether a program is on {@code PATH}, or beside a runtime that a version manager keeps. Starts no program. */
    public boolean has(RuntimeKind kind, Tool tool) {
        return Program.find(tool.program(), environment).isPresent()
                || managers.installed(kind).stream()
                        .anyMatch(each -> Files.isExecutable(each.bin().resolve(tool.program())));
    }

    private static Refusal missing(RuntimeKind kind) {
        return new Refusal(kind.program() + " is not installed on the server; " + kind.remedy());
    }
}
