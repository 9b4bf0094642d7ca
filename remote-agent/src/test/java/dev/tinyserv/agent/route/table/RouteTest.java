package dev.tinyserv.agent.route.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.agent.app.Affinity;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RouteTest {
    private static final AppName APP = new AppName("app");

    private static Route route(Affinity affinity, int targets) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (int i = 0; i < targets; i++) {
            endpoints.add(new Endpoint("127.0.0.1", 20000 + i));
        }
        RouteTable table = new RouteTable(new TargetIds(null));
        table.put(AppRoute.of(APP, 5000, endpoints, null, "").withAffinity(affinity));
        return Objects.requireNonNull(table.route(APP));
    }

    private static int claim(Route route) {
        return route.targets().indexOf(route.claim(Set.of(), List.of()));
    }

    private static List<Integer> underWay(Route route) {
        return route.targets().stream().map(Target::underWay).toList();
    }

    private static String id(Route route, int target) {
        return Objects.requireNonNull(route.id(route.targets().get(target)));
    }

    @Test
    void theTargetWithTheFewestRequestsIsClaimedWhateverHasHappened() {
        Route route = route(Affinity.NONE, 7);
        Random random = new Random(15);
        for (int i = 0; i < 10_000; i++) {
            Target busy = route.targets().get(random.nextInt(7));
            if (random.nextInt(100) < 45 && busy.underWay() > 0) {
                busy.end();
            } else {
                int fewest =
                        underWay(route).stream().mapToInt(count -> count).min().orElseThrow();
                int claimed = claim(route);
                assertThat(underWay(route).get(claimed)).isEqualTo(fewest + 1);
            }
        }
    }

    @Test
    void equalTargetsTakeTurns() {
        Route route = route(Affinity.NONE, 3);
        List<Integer> claimed = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            claimed.add(claim(route));
            route.targets().get(claimed.get(i)).end();
        }

        assertThat(claimed).containsExactly(0, 1, 2, 0, 1, 2, 0, 1, 2);
    }

    @Test
    void equalTargetsTakeTurnsBesideABusyOne() {
        Route route = route(Affinity.NONE, 3);
        claim(route);
        List<Integer> claimed = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            claimed.add(claim(route));
            route.targets().get(claimed.get(i)).end();
        }

        assertThat(claimed).containsExactly(1, 2, 1, 2, 1, 2);
    }

    @Test
    void aTargetThatIsDownIsClaimedOnlyIfAllAre() {
        Route route = route(Affinity.NONE, 3);
        route.targets().get(0).markDown(true);
        route.targets().get(2).markDown(true);

        assertThat(List.of(claim(route), claim(route))).containsExactly(1, 1);
        assertThat(route.claim(Set.of(route.targets().get(1)), List.of()))
                .isSameAs(route.targets().get(2));
        assertThat(route.claim(Set.copyOf(route.targets()), List.of())).isNull();
    }

    @Test
    void aTargetThatIsNamedIsClaimedHoweverBusyItIs() {
        Route route = route(Affinity.COOKIE, 3);
        for (int i = 0; i < 5; i++) {
            assertThat(route.claim(Set.of(), List.of("x", id(route, 1), id(route, 2))))
                    .isSameAs(route.targets().get(1));
        }

        assertThat(underWay(route)).containsExactly(0, 5, 0);
        assertThat(route.claim(Set.of(route.targets().get(1)), List.of(id(route, 1))))
                .isNotSameAs(route.targets().get(1));
        route.targets().get(1).markDown(true);
        assertThat(route.claim(Set.of(), List.of(id(route, 1))))
                .isNotNull()
                .isNotSameAs(route.targets().get(1));
    }

    @Test
    void withoutAffinityATargetHasNoId() {
        Route route = route(Affinity.NONE, 2);

        assertThat(route.id(route.targets().get(0))).isNull();
        assertThat(route.claim(Set.of(), List.of("x"))).isSameAs(route.targets().get(0));
    }

    @Test
    void oneOfTwoThatMarkATargetProbesIt() {
        Target target = route(Affinity.NONE, 2).targets().get(0);

        assertThat(List.of(target.markDown(true), target.markDown(true))).containsExactly(true, false);
        assertThat(List.of(target.markDown(false), target.markDown(false))).containsExactly(true, false);
    }
}
