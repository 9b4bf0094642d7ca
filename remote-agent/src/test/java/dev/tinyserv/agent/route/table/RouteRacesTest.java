package dev.tinyserv.agent.route.table;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.Endpoint;
import java.util.List;
import java.util.Set;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Threads of the router claim and end while its control thread changes the route and looks whether a target is idle.
 * Lincheck tries the orders in which their steps may come: each must end as some order of whole calls would. A fault
 * that was put in shows that it would be found.
 */
@Tag("slow")
class RouteRacesTest {
    private static final Endpoint ONE = new Endpoint("127.0.0.1", 20001);
    private static final Endpoint TWO = new Endpoint("127.0.0.1", 20002);
    private static final AppRoute ANY = AppRoute.of(new AppName("app"), 5000, List.of(), null, "");
    private static final int THREADS = 2;

    private static void check(Class<?> calls) {
        new ModelCheckingOptions()
                .threads(THREADS)
                .actorsPerThread(3)
                .actorsBefore(1)
                .actorsAfter(1)
                .iterations(20)
                .invocationsPerIteration(100)
                .minimizeFailedScenario(false)
                .check(calls);
    }

    private static void assertFound(Class<?> calls) {
        assertThatThrownBy(() -> check(calls))
                .isInstanceOf(LincheckAssertionError.class)
                .hasMessageContaining("Invalid execution results");
    }

    /** An app whose route is replaced, and threads with at most one request each. */
    public static class Claims {
        private final Target one = new Target(ONE);
        private final Target two = new Target(TWO);
        private final @Nullable Target[] held = new Target[THREADS + 2];
        private volatile Route current = new Route(ANY, List.of(one), List.of());

        /** The port of the target that this thread's request went to; -1 if it has one already. */
        @Operation
        public int claim(@Param(gen = ThreadIdGen.class) int thread) {
            if (held[thread] != null) {
                return -1;
            }
            @Nullable Target claimed = null;
            while (claimed == null) {
                claimed = claim(current);
            }
            held[thread] = claimed;
            return claimed.endpoint().port();
        }

        /** Null if the route is closed. */
        @Nullable
        Target claim(Route route) {
            return route.claim(Set.of(), List.of());
        }

        @Operation
        public void end(@Param(gen = ThreadIdGen.class) int thread) {
            Target ending = held[thread];
            held[thread] = null;
            if (ending != null) {
                ending.end();
            }
        }

        /** As the table does it: the new route is found before the former is closed. */
        @Operation(nonParallelGroup = "control")
        public final void replace() {
            Route former = current;
            Target next = former.targets().get(0) == one ? two : one;
            current = new Route(ANY, List.of(next), List.of());
            former.close();
        }

        /** As a drain looks. */
        @Operation(nonParallelGroup = "control")
        public final int underWay() {
            return one.underWay();
        }
    }

    /** A claim that looks first and counts then. */
    public static final class TornClaims extends Claims {
        @Override
        @Nullable
        Target claim(Route route) {
            if (route.isClosed()) {
                return null;
            }
            Target picked = route.targets().get(0);
            picked.begin();
            return picked;
        }
    }

    @Test
    void aDrainMissesNoRequest() {
        check(Claims.class);
    }

    @Test
    void aClaimInTwoStepsWouldBeFound() {
        assertFound(TornClaims.class);
    }

    /** The requests of a target, and whether it is down. */
    public static class Marks {
        final Target target = new Target(ONE);

        @Operation
        public void begin() {
            target.begin();
        }

        @Operation
        public void end() {
            target.end();
        }

        @Operation
        public int underWay() {
            return target.underWay();
        }

        @Operation
        public boolean markDown(boolean now) {
            return target.markDown(now);
        }
    }

    /** A mark that is looked at first and set then. */
    public static final class TornMarks extends Marks {
        private volatile boolean down;

        @Override
        @Operation
        public boolean markDown(boolean now) {
            boolean news = down != now;
            down = now;
            return news;
        }
    }

    /** A count that is read first and written then. */
    public static final class TornCounts extends Marks {
        private volatile int underWay;

        @Override
        @Operation
        public void begin() {
            int before = underWay;
            underWay = before + 1;
        }

        @Override
        @Operation
        public void end() {
            int before = underWay;
            underWay = before - 1;
        }

        @Override
        @Operation
        public int underWay() {
            return underWay;
        }
    }

    @Test
    void noRequestIsMiscountedAndOneOfManyProbes() {
        check(Marks.class);
    }

    @Test
    void aMarkOrACountInTwoStepsWouldBeFound() {
        assertFound(TornMarks.class);
        assertFound(TornCounts.class);
    }
}
