package dev.tinyserv.agent.event;

import dev.tinyserv.agent.app.Affinity;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.BuildSettings;
import dev.tinyserv.agent.app.Formation;
import dev.tinyserv.agent.app.ProcessName;
import dev.tinyserv.agent.app.ProcessSelector;
import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.agent.app.TypeSettings;
import java.util.List;

/** What happens to an app as a whole: it is created or destroyed, or a verb changes what it should be. */
public sealed interface AppEvent extends Event {
    @Override
    AppName app();

    @Override
    default String part() {
        return "app";
    }

    /**
     * An app was created.
     *
     * @param port its stable port
     */
    record Created(AppName app, String by, int port) implements AppEvent {
        @Override
        public String text() {
            return "created by " + by + " on port " + port;
        }
    }

    /** An app was stopped, and stays so until somebody starts it. */
    record Stopped(AppName app, String by) implements AppEvent {
        @Override
        public String text() {
            return "stopped by " + by;
        }
    }

    /** Some processes of an app were stopped, and stay so until somebody starts them. */
    record ProcessesStopped(AppName app, String by, ProcessSelector processes) implements AppEvent {
        @Override
        public String text() {
            return processes + " stopped by " + by;
        }
    }

    /** Other numbers of processes run from now on. */
    record Scaled(AppName app, String by, Formation formation) implements AppEvent {
        @Override
        public String text() {
            return "scaled by " + by + ": " + formation.asWords();
        }
    }

    /** Somebody sent a signal to processes of an app. */
    record Signalled(AppName app, String by, String signal, List<ProcessName> processes) implements AppEvent {
        public Signalled {
            processes = List.copyOf(processes);
        }

        @Override
        public String text() {
            return "SIG" + signal + " sent by " + by + " to "
                    + String.join(
                            ", ", processes.stream().map(ProcessName::toString).toList());
        }
    }

    /** Other settings hold for an app's next build. */
    record BuildChanged(AppName app, String by, BuildSettings build) implements AppEvent {
        @Override
        public String text() {
            return "set by " + by + " for the next build: buildpacks " + listed(build.buildpacks(), "detected")
                    + "; root " + (build.root().isEmpty() ? "." : build.root()) + "; watched "
                    + listed(build.watch(), "everything");
        }
    }

    /** The processes of a type are run in another way from now on. */
    record TypeChanged(AppName app, String by, ProcessType type, TypeSettings settings) implements AppEvent {
        @Override
        public String text() {
            return "set by " + by + " for " + type + ": " + settings.asWords();
        }
    }

    /** Requests go to the app's instances in another way. */
    record AffinityChanged(AppName app, String by, Affinity affinity) implements AppEvent {
        @Override
        public String text() {
            return "affinity set to " + affinity + " by " + by;
        }
    }

    /**
     * An app's file was damaged and was written anew.
     *
     * @param release the name of the release that it was written from
     */
    record Rebuilt(AppName app, String release) implements AppEvent {
        @Override
        public String text() {
            return "apps/" + app + ".json was damaged; it was written anew from " + release;
        }
    }

    /** An app was destroyed; listeners let go of what they hold of it. */
    record Destroyed(AppName app, String by) implements AppEvent {
        @Override
        public String text() {
            return "destroyed by " + by;
        }
    }

    private static String listed(List<String> words, String none) {
        return words.isEmpty() ? none : String.join(", ", words);
    }
}
