package dev.tinyserv.agent.route.control;

import dev.tinyserv.agent.route.control.ControlMessage.Answer;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Questions that wait for their answers. Safe for several threads. */
final class Questions {
    /** A question's id and its answer, which fails with an {@link IOException} if none can come. */
    record Asked(long id, CompletableFuture<Answer> answer) {}

    private final Map<Long, CompletableFuture<Answer>> waiting = new HashMap<>();
    private long lastId;

    synchronized Asked begin() {
        Asked asked = new Asked(++lastId, new CompletableFuture<>());
        waiting.put(asked.id(), asked.answer());
        return asked;
    }

    void answered(Answer answer) {
        CompletableFuture<Answer> question = take(answer.id());
        if (question != null) {
            question.complete(answer);
        }
    }

    private synchronized @Nullable CompletableFuture<Answer> take(long id) {
        return waiting.remove(id);
    }

    /** Drops a question. An answer that comes later is ignored. */
    synchronized void forget(long id) {
        waiting.remove(id);
    }

    /** Fails all questions asked so far: the router went away. */
    void lose() {
        takeAll().forEach(question -> question.completeExceptionally(new IOException("the router went away")));
    }

    private synchronized List<CompletableFuture<Answer>> takeAll() {
        List<CompletableFuture<Answer>> all = List.copyOf(waiting.values());
        waiting.clear();
        return all;
    }
}
