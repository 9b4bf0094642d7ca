package dev.tinyserv.agent.route.table;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What an instance is known to send behind its answers, which decides whether a connection may serve another request.
 * Such bytes come some time after the answer, so a check at the moment of reuse proves nothing. An answer without a
 * body counts as over once such answers of the instance, this one among them, were watched and nothing came. Safe for
 * several threads.
 */
public final class Conduct {
    /** What becomes of a connection after an answer. */
    public enum Verdict {
        /** The connection serves the next request. */
        KEEP,
        /** The connection serves none while it is watched. */
        WATCH,
        /** The connection serves no more request. */
        RETIRE
    }

    static final int QUIET_ANSWERS = 64;
    private static final int QUIET_EACH = 2;
    private static final int MAX_WATCHED = 32;
    private static final int MAX_KEYS = 500;

    private final Set<AnswerEnd.Kind> exceeded = EnumSet.noneOf(AnswerEnd.Kind.class);
    private final Map<Long, Integer> quiet = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Integer> eldest) {
            return size() > MAX_KEYS;
        }
    };
    private int quietAnswers;
    private int watched;
    private volatile boolean endsBodies = true;
    private volatile boolean endsBare = true;

    /** Decides after an answer. For each WATCH, {@link #watched} must be called. */
    public Verdict after(AnswerEnd end) {
        if (!mayKeep(end.kind()) || end.kind().isLast()) {
            return Verdict.RETIRE;
        }
        return end.kind().isBare() ? afterBare(end) : Verdict.KEEP;
    }

    private synchronized Verdict afterBare(AnswerEnd end) {
        Long key = end.key();
        if (key == null) {
            return Verdict.RETIRE;
        }
        if (quietAnswers >= QUIET_ANSWERS && quiet.getOrDefault(key, 0) >= QUIET_EACH) {
            return Verdict.KEEP;
        }
        if (watched == MAX_WATCHED) {
            return Verdict.RETIRE;
        }
        watched++;
        return Verdict.WATCH;
    }

    /** Ends a watch; {@code nothingCame} is false also if the connection was lost before the end. */
    public synchronized void watched(AnswerEnd end, boolean nothingCame) {
        watched--;
        Long key = end.key();
        if (nothingCame && key != null) {
            quietAnswers++;
            quiet.merge(key, 1, Integer::sum);
        }
    }

    /** Whether a connection that ended an answer in this way may still serve a request. */
    public boolean mayKeep(AnswerEnd.Kind kind) {
        return endsBodies && (endsBare || !kind.isBare());
    }

    /** Notes bytes behind an answer. True the first time for this kind. */
    public synchronized boolean exceeded(AnswerEnd.Kind kind) {
        if (kind.isBare()) {
            endsBare = false;
        } else if (kind != AnswerEnd.Kind.AFTER_BODY) {
            endsBodies = false;
        }
        return exceeded.add(kind);
    }
}
