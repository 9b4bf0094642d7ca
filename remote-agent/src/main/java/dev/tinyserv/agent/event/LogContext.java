package dev.tinyserv.agent.event;

import dev.tinyserv.agent.app.AppName;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * The app and the release that a thread works for, which each line that it logs names. Work in another thread takes the
 * context along ({@link #carried}), or gets one of its own ({@link #about}), and leaves the thread as it found it.
 */
public final class LogContext {
    private static final String APP = "app";
    private static final String RELEASE = "release";

    private LogContext() {}

    /** From here on this thread works for an app, until {@link #clear}. */
    public static void app(AppName app) {
        MDC.put(APP, app.value());
    }

    /** From here on this thread works for a release, such as {@code v7}, of the app, until {@link #clear}. */
    public static void release(String release) {
        MDC.put(RELEASE, release);
    }

    /** From here on this thread works for no app. */
    public static void clear() {
        Context.NONE.enter();
    }

    /** The work, to be done by another thread in the context of this one. */
    public static Runnable carried(Runnable work) {
        return Context.now().around(work);
    }

    /** As {@link #carried(Runnable)}, for work that has a result. */
    public static <T> Callable<T> carriedCall(Callable<T> work) {
        Context caller = Context.now();
        return () -> {
            Context before = Context.now();
            caller.enter();
            try {
                return work.call();
            } finally {
                before.enter();
            }
        };
    }

    /** An executor whose work runs in this thread's context of now. */
    public static Executor carrying(Executor executor) {
        Context caller = Context.now();
        return work -> executor.execute(caller.around(work));
    }

    /** The work, to be done by any thread in the context of an app. */
    public static Runnable about(AppName app, Runnable work) {
        return new Context(app.value(), null).around(work);
    }

    private record Context(@Nullable String app, @Nullable String release) {
        private static final Context NONE = new Context(null, null);

        static Context now() {
            return new Context(MDC.get(APP), MDC.get(RELEASE));
        }

        void enter() {
            enter(APP, app);
            enter(RELEASE, release);
        }

        private static void enter(String key, @Nullable String value) {
            if (value == null) {
                MDC.remove(key);
            } else {
                MDC.put(key, value);
            }
        }

        Runnable around(Runnable work) {
            return () -> {
                Context before = now();
                enter();
                try {
                    work.run();
                } finally {
                    before.enter();
                }
            };
        }
    }
}
