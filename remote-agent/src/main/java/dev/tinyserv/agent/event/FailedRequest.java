package dev.tinyserv.agent.event;

import dev.tinyserv.agent.app.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * A request that an app did not answer, or not to the end.
 *
 * @param path without a query, shortened and printable
 * @param status the status that the client was sent
 * @param target the process that was asked; null if none was
 * @param begun whether the head of the app's answer had gone out
 * @param cause what went wrong, in words
 * @param millis milliseconds since the request came
 */
public record FailedRequest(
        String method, String path, int status, @Nullable Endpoint target, boolean begun, String cause, long millis) {
    /** As a line of the app's timeline. */
    public String text() {
        return method + " " + path + " " + status + " " + (target == null ? "" : target + " ")
                + (begun ? "broke off its answer: " : "") + cause + " " + millis + "ms";
    }
}
