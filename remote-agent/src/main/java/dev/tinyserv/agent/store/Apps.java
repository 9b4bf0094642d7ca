package dev.tinyserv.agent.store;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.buildpacks.base.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The desired state of every app: {@code apps/NAME.json}, held in memory too. Safe for several threads. */
public final class Apps {
    private static final Logger LOG = LoggerFactory.getLogger(Apps.class);
    private static final String ENDING = ".json";

    private final Layout layout;
    private final JsonStore store;
    private final ConcurrentMap<AppName, AppState> states = new ConcurrentHashMap<>();
    private final Set<AppName> damaged = ConcurrentHashMap.newKeySet();

    /** Reads what is there. A file that cannot be read is set aside and named in the log; the rest loads. */
    public Apps(Layout layout, JsonStore store) {
        this.layout = layout;
        this.store = store;
        files().parallelStream().forEach(this::load);
    }

    private List<Path> files() {
        List<Path> all = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(layout.apps(), "*" + ENDING)) {
            files.forEach(all::add);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + layout.apps(), e);
        }
        return all;
    }

    private void load(Path file) {
        String name = file.getFileName().toString();
        String stem = name.substring(0, name.length() - ENDING.length());
        try {
            AppName app = new AppName(stem);
            AppState state = store.read(file, AppState.class).orElse(null);
            if (state == null) {
                return; // deleted just now
            }
            if (!state.app().equals(app)) {
                throw new Refusal(file + " is the file of another app, " + state.app());
            }
            states.put(app, state);
        } catch (Refusal e) {
            Path aside = file.resolveSibling(name + ".damaged");
            LOG.error("{}; set aside as {}", e.getMessage(), aside);
            if (AppName.isValid(stem)) {
                damaged.add(new AppName(stem));
            }
            try {
                Files.move(file, aside);
            } catch (IOException moving) {
                LOG.error("cannot set {} aside", file, moving);
            }
        }
    }

    /** The apps whose files were set aside when they were read. */
    public List<AppName> damaged() {
        return damaged.stream().sorted().toList();
    }

    /** The app's desired state. */
    public Optional<AppState> find(AppName app) {
        return Optional.ofNullable(states.get(app));
    }

    /** The app's desired state; a {@link Refusal} that names the app if there is none. */
    public AppState get(AppName app) {
        return find(app)
                .orElseThrow(
                        () -> new Refusal("no app '" + app + "'; `apps` lists those there are, `create` makes one"));
    }

    /** All apps, by name. */
    public List<AppState> all() {
        return states.values().stream()
                .sorted((a, b) -> a.app().compareTo(b.app()))
                .toList();
    }

    /** The stable ports that apps have. */
    public Set<Integer> ports() {
        return states.values().stream().map(AppState::port).collect(Collectors.toSet());
    }

    /** Writes the state durably, then lets everybody see it. */
    public void put(AppState state) {
        store.write(layout.app(state.app()), state);
        states.put(state.app(), state);
    }

    /** Forgets the app for good. */
    public void remove(AppName app) {
        store.delete(layout.app(app));
        states.remove(app);
    }
}
