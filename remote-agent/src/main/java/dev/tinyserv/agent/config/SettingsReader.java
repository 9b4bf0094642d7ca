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
 * Reads the settings once, when a process starts. A variable of the environment wins over a line of {@code
 * TINYSERV_ROOT/settings.properties}, which wins over the default. A text that is empty counts as not set. A call of
 * {@link #read} is the declaration of a setting: its name, kind, default and meaning stand nowhere else. Bad texts are
 * not thrown but collected, and {@link #end} returns them. For one thread.
 */
public final class SettingsReader {
    private static final String ROOT = "TINYSERV_ROOT";

    private final Map<String, String> environment;
    private final Layout layout;
    private final Map<String, String> lines = new LinkedHashMap<>();
    private final List<SettingInUse> read = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    /**
     * Reads {@code TINYSERV_ROOT}, and the file of settings under it.
     *
     * @param environment the variables of this process
     * @throws Refusal if {@code TINYSERV_ROOT} is not set, or is no absolute path that can stand in scripts and logs
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

    /** A reader without any variable or file: each setting has its default, and the root is the empty path. */
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

    /** The paths under {@code TINYSERV_ROOT}. */
    public Layout layout() {
        return layout;
    }

    /**
     * Declares a setting, and reads it. A bad text becomes a problem.
     *
     * @param name the name of the variable, and the key in settings.properties
     * @param kind makes the value of the text
     * @param byDefault the text that counts if the setting is not set; must be good
     * @param meaning what the setting is for, in one sentence
     * @return the value in force: that of the default if the text is bad
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

    /** Adds a problem of settings that are good one by one and do not fit together. */
    void problem(String text) {
        problems.add(text);
    }

    /**
     * What was read. To be called once all settings are declared: each name in the file that belongs to no setting
     * becomes a problem.
     */
    public SettingsReading end() {
        for (String unknown : new TreeSet<>(lines.keySet())) {
            problem(unknown + " (" + layout.settingsFile()
                    + "): no such setting; `tinyserv-remote settings` lists them");
        }
        lines.clear();
        return new SettingsReading(read, problems);
    }
}
