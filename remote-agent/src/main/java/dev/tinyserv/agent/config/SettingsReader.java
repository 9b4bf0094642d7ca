package dev.tinyserv.agent.config;

import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads settings once, when a process starts: a variable of the environment wins over a line of
 * {@code TINYSERV_ROOT/settings.properties}, which wins over the default. A call of {@link #read} is the declaration of a
 * setting: its name, kind, default and meaning stand nowhere else. All problems are collected. For one thread.
 */
public final class SettingsReader {
    private static final String ROOT = "TINYSERV_ROOT";

    private final Map<String, String> environment;
    private final Layout layout;
    private final Map<String, String> lines = new LinkedHashMap<>();
    private final List<SettingInUse> read = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    /**
     * A reader that has read the file, and {@code TINYSERV_ROOT}, which says where that lies.
     *
     * @param environment the variables of this process
     * @throws Refusal if it is not known where everything lies
     */
    public SettingsReader(Map<String, String> environment) {
        this(environment, new Layout(rootOf(environment).normalize()));
        lines.putAll(SettingsFile.read(layout.settingsFile(), problems));
        lines.remove(ROOT);
    }

    private SettingsReader(Map<String, String> environment, Layout layout) {
        this.environment = environment;
        this.layout = layout;
        read(ROOT, new SettingKind<>(text -> text), "", "The folder that holds everything; an absolute path.");
    }

    /** A reader of a server that sets nothing, not even its root. */
    public static SettingsReader ofDefaults() {
        return new SettingsReader(Map.of(), new Layout(Path.of("")));
    }

    private static Path rootOf(Map<String, String> environment) {
        String root = environment.getOrDefault(ROOT, "");
        if (root.isEmpty()) {
            throw new Refusal("TINYSERV_ROOT is not set; say where tinyserv keeps its files, for example: export"
                    + " TINYSERV_ROOT=/srv/tinyserv");
        }
        if (!SettingKind.isPathName(root)) {
            throw new Refusal("TINYSERV_ROOT=" + Printable.shortened(root, 200) + " (environment): expected an absolute"
                    + " path without control characters, and without spaces at its ends");
        }
        if (!Path.of(root).isAbsolute()) {
            throw new Refusal("TINYSERV_ROOT=" + root + " (environment): expected an absolute path");
        }
        return Path.of(root);
    }

    /** Where everything lies. */
    public Layout layout() {
        return layout;
    }

    /**
     * Declares a setting, and reads it.
     *
     * @param name the variable, and the key in settings.properties
     * @param byDefault what holds when nobody says anything; empty for none
     * @param meaning one sentence
     * @return what holds; the default where what was said is bad
     */
    public <T> T read(String name, SettingKind<T> kind, String byDefault, String meaning) {
        SettingInUse said = said(name, byDefault, meaning);
        try {
            T value = kind.parser().apply(said.value());
            read.add(said);
            return value;
        } catch (Refusal expected) {
            problem(name + "=" + said.value() + " (" + said.source() + "): expected " + expected.getMessage());
            read.add(new SettingInUse(name, byDefault, SettingInUse.DEFAULT, meaning));
            return kind.parser().apply(byDefault);
        }
    }

    private SettingInUse said(String name, String byDefault, String meaning) {
        String inFile = lines.remove(name);
        Optional<String> inEnvironment = text(environment.get(name));
        if (inEnvironment.isPresent()) {
            return new SettingInUse(name, inEnvironment.get(), "environment", meaning);
        }
        return text(inFile)
                .map(text -> new SettingInUse(name, text, layout.settingsFile().toString(), meaning))
                .orElse(new SettingInUse(name, byDefault, SettingInUse.DEFAULT, meaning));
    }

    private static Optional<String> text(@Nullable String said) {
        return Optional.ofNullable(said).filter(text -> !text.isEmpty()).map(String::strip);
    }

    /** Adds what is wrong with settings that are good one by one. */
    void problem(String text) {
        problems.add(text);
    }

    /** What was read, once all settings are declared: what is left of the file is of no setting. */
    public SettingsReading end() {
        for (String unknown : new TreeSet<>(lines.keySet())) {
            problem(unknown + " (" + layout.settingsFile()
                    + "): no such setting; `tinyserv-remote settings` lists them");
        }
        lines.clear();
        return new SettingsReading(read, problems);
    }
}
