package dev.tinyserv.agent.route.table;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What an instance is known to do behind the end of its answers, and so which of its connections may serve a next
 * request. Bytes behind an answer reach the router some time after it, so a look at the moment of reuse proves nothing:
 * an answer without a body is believed to be over where such answers of the instance were watched for a while, this one
 * among them, and nothing came. Safe for several threads.
 */
public final class Conduct {
    /** What becomes of a connection after an answer. */
    public enum Verdict {
        /** It serves the next request. */
        KEEP,
        /** It serves none while it is listened to for a while. */
        WATCH,
        /** It serves none. */
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

    /** Decides after an answer; a verdict of WATCH takes a place, which {@link #watched} gives back. */
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

    /** A watch is over: nothing came, or something, or the connection was lost before that was sure. */
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

    /** Something came where nothing may; true if that is the first time in this way. */
    public synchronized boolean exceeded(AnswerEnd.Kind kind) {
        if (kind.isBare()) {
            endsBare = false;
        } else if (kind != AnswerEnd.Kind.AFTER_BODY) {
            endsBodies = false;
        }
        return exceeded.add(kind);
    }
}
