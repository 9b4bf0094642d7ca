package dev.tinyserv.agent.event;

import dev.tinyserv.agent.app.AppName;
import org.slf4j.MDC;

/**
 * Which app and which release a thread works for: what it logs meanwhile says so, whoever writes the line. It is the
 * thread's own, and stays until it is cleared.
 */
public final class LogContext {
    private static final String APP = "app";
    private static final String RELEASE = "release";

    private LogContext() {}

    /** From here on this thread works for an app. */
    public static void app(AppName app) {
        MDC.put(APP, app.value());
    }

    /** From here on this thread works for a release of it, such as {@code v7}. */
    public static void release(String release) {
        MDC.put(RELEASE, release);
    }

    /** From here on it works for none. */
    public static void clear() {
        MDC.remove(APP);
        MDC.remove(RELEASE);
    }
}
