package dev.tinyserv.agent.store;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The desired state of every app: {@code apps/NAME.json}, held in memory too. Safe for several threads. */
public final class Apps {
    private static final Logger LOG = LoggerFactory.getLogger(Apps.class);
    private static final String ENDING = ".json";
    private static final int MAX_NAME = 70;

    private final Layout layout;
    private final JsonStore store;
    private final ConcurrentMap<AppName, AppState> states = new ConcurrentHashMap<>();
    private final Set<AppName> damaged = ConcurrentHashMap.newKeySet();
    private final ConcurrentMap<AppName, String> unreadable = new ConcurrentHashMap<>();

    /**
     * Reads the files of all apps. A damaged file is renamed to {@code NAME.json.damaged}; a file that cannot be read
     * stays. Both are named in the log, and the other apps load.
     *
     * @throws UncheckedIOException if the folder cannot be listed
     */
    public Apps(Layout layout, JsonStore store) {
        this.layout = layout;
        this.store = store;
        files().parallelStream().forEach(this::load);
    }

    private List<Path> files() {
        try {
            return FileTree.entries(layout.apps(), "*" + ENDING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + layout.apps(), e);
        }
    }

    private void load(Path file) {
        String name = file.getFileName().toString();
        String stem = name.substring(0, name.length() - ENDING.length());
        if (!AppName.isValid(stem)) {
            setAside(file, "'" + Printable.shortened(stem, MAX_NAME) + "' is no app name");
            return;
        }
        AppName app = new AppName(stem);
        try {
            Optional<AppState> state = store.read(file, AppState.class); // empty: deleted just now
            if (state.isPresent() && !state.get().app().equals(app)) {
                throw new Damaged(
                        file + " is the file of another app, " + state.get().app(), "move it away", null);
            }
            state.ifPresent(found -> states.put(app, found));
        } catch (Damaged e) {
            damaged.add(app);
            setAside(file, e.getMessage());
        } catch (Refusal e) {
            LOG.error("{}; {} goes on as it is", e.getMessage(), app);
            unreadable.put(app, e.getMessage());
        }
    }

    private static void setAside(Path file, String why) {
        Path aside = file.resolveSibling(file.getFileName() + ".damaged");
        LOG.error("{}; set aside as {}", why, aside);
        try {
            Files.move(file, aside);
        } catch (IOException e) {
            LOG.error("cannot set {} aside", file, e);
        }
    }

    /** The apps whose files were set aside when they were read. */
    public List<AppName> damaged() {
        return damaged.stream().sorted().toList();
    }

    /** The apps whose files could not be read for a reason other than their content; the files stay as they are. */
    public List<AppName> unreadable() {
        return unreadable.keySet().stream().sorted().toList();
    }

    /** Whether there is an app of this name; one whose file could not be read counts. */
    public boolean has(AppName app) {
        return states.containsKey(app) || unreadable.containsKey(app);
    }

    /** The app's desired state; empty if there is no such app, or its file could not be read. */
    public Optional<AppState> find(AppName app) {
        return Optional.ofNullable(states.get(app));
    }

    /**
     * The app's desired state.
     *
     * @throws Refusal if there is no such app, or its file could not be read
     */
    public AppState get(AppName app) {
        String why = unreadable.get(app);
        if (why != null) {
            throw new Refusal(why + "; see its owner and mode, then `tinyserv-remote restart`");
        }
        return find(app)
                .orElseThrow(
                        () -> new Refusal("no app '" + app + "'; `apps` lists those there are, `create` makes one"));
    }

    /** All apps whose files could be read, sorted by name. */
    public List<AppState> all() {
        return states.values().stream()
                .sorted((a, b) -> a.app().compareTo(b.app()))
                .toList();
    }

    /** The names of all apps, also of those whose files could not be read. */
    public List<AppName> names() {
        return Stream.concat(states.keySet().stream(), unreadable.keySet().stream())
                .distinct()
                .sorted()
                .toList();
    }

    /** The stable ports of all apps whose files could be read. */
    public Set<Integer> ports() {
        return states.values().stream().map(AppState::port).collect(Collectors.toSet());
    }

    /**
     * Writes the state durably, then lets everybody see it.
     *
     * @throws Refusal if the state cannot be written
     */
    public void put(AppState state) {
        store.write(layout.app(state.app()), state);
        states.put(state.app(), state);
    }

    /**
     * Deletes the app's file durably, then forgets the app.
     *
     * @throws Refusal if the file cannot be deleted
     */
    public void remove(AppName app) {
        store.delete(layout.app(app));
        states.remove(app);
    }
}
