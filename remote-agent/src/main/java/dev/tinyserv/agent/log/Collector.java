package dev.tinyserv.agent.log;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.buildpacks.base.LineSplitter;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries what processes print into their apps' timelines, in steps of about 1 MiB for each process, so that a flood of
 * one holds up no other for long. Only the {@link CollectorThread} calls it, so it needs no lock; methods marked "any
 * thread" may be called by all.
 */
final class Collector {
    private static final Logger LOG = LoggerFactory.getLogger(Collector.class);
    private static final int BUFFER = 128 * 1024;
    private static final int MOST_FINISHED = 32;
    private static final long POLL_MILLIS = 500;

    private final Layout layout;
    private final long limit;
    private final Clock clock;
    private final HolePunch punch;
    private final CollectorThread thread;
    private final byte[] buffer = new byte[BUFFER];
    private final ConcurrentMap<String, RawOutput> outputs = new ConcurrentHashMap<>();
    private final ConcurrentMap<AppName, Timeline> timelines = new ConcurrentHashMap<>();
    private final Map<String, RecentLines> finished = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, RecentLines> eldest) {
            return size() > MOST_FINISHED;
        }
    };

    Collector(Layout layout, long limit, Clock clock, HolePunch punch, CollectorThread thread) {
        this.layout = layout;
        this.limit = limit;
        this.clock = clock;
        this.punch = punch;
        this.thread = thread;
    }

    /** Collects soon what the process has printed. Any thread. */
    void changed(String id) {
        RawOutput output = outputs.get(id);
        if (output != null && output.queue()) {
            thread.execute(() -> collect(id, output));
        }
    }

    /** Collects soon what all processes have printed. Any thread. */
    void anythingChanged() {
        outputs.keySet().forEach(this::changed);
    }

    /** Collects twice a second what all processes have printed, from now on. Any thread. */
    void poll() {
        anythingChanged();
        thread.after(POLL_MILLIS, this::poll);
    }

    private void collect(String id, RawOutput output) {
        if (output.collect()) {
            changed(id);
        }
    }

    /** The timeline of an app, made if need be. Any thread. */
    Timeline timeline(AppName app) {
        return timelines.computeIfAbsent(app, name -> new Timeline(layout.logs(name), limit, clock));
    }

    /** The timeline with what was printed by now, but no more than about 1 MiB of each process that is behind. */
    Timeline upToDate(AppName app) {
        Timeline timeline = timeline(app);
        outputs.forEach((id, output) -> {
            if (output.timeline() == timeline) {
                collect(id, output);
            }
        });
        timeline.flush();
        timeline.open();
        return timeline;
    }

    void append(AppName app, String source, String process, String message) {
        Timeline timeline = timeline(app);
        if (!timeline.hasBatch()) {
            thread.execute(timeline::flush);
        }
        byte[] text = (message.endsWith("\n") ? message : message + "\n").getBytes(StandardCharsets.UTF_8);
        LineSplitter.split(text, text.length, (from, line) -> timeline.add(source, process, line));
    }

    void start(AppName app, String process, String id) {
        if (outputs.containsKey(id)) {
            return;
        }
        @Nullable Cursor found = RawFile.cursor(layout.output(), id).orElse(null);
        Cursor cursor = found != null && found.app().equals(app) ? found : new Cursor(app, process, 0, false);
        RawFile file = new RawFile(layout.output(), id, app, process, punch);
        file.save(cursor.offset(), cursor.continued());
        Cursor named = new Cursor(app, process, cursor.offset(), cursor.continued());
        outputs.put(id, new RawOutput(file, named, timeline(app), limit, thread, buffer));
        changed(id);
    }

    void finish(String id) {
        if (!outputs.containsKey(id)) {
            RawFile.cursor(layout.output(), id).ifPresent(cursor -> start(cursor.app(), cursor.process(), id));
        }
        RawOutput output = outputs.remove(id);
        if (output != null) {
            output.finish();
            finished.put(id, output.recent());
        }
    }

    /** Finishes the outputs that an earlier agent collected and this one was not asked to collect. */
    void finishUnclaimed() throws IOException {
        List<String> unclaimed = new ArrayList<>();
        for (Path file : FileTree.entries(layout.output(), "*")) {
            RawFile.idOfCursor(file.getFileName())
                    .filter(id -> !outputs.containsKey(id))
                    .ifPresent(unclaimed::add);
        }
        unclaimed.forEach(this::finish);
    }

    List<String> lastLines(String id, int count) {
        RawOutput output = outputs.get(id);
        if (output != null) {
            collect(id, output);
            return output.recent().last(count);
        }
        RecentLines recent = finished.get(id);
        return recent == null ? List.of() : recent.last(count);
    }

    void forget(AppName app) {
        Timeline timeline = timeline(app);
        outputs.values().removeIf(output -> {
            boolean its = output.timeline() == timeline;
            if (its) {
                output.abandon();
            }
            return its;
        });
        timelines.remove(app, timeline);
        try {
            timeline.delete();
        } catch (IOException e) {
            LOG.warn("cannot delete the log of {}: {}", app, e.toString());
        }
    }

    /** Collects what was printed by now, saves how far that went, and ends all timelines. */
    void settle() {
        outputs.values().forEach(RawOutput::settle);
        timelines.values().forEach(Timeline::end);
    }
}
