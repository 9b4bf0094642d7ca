package dev.tinyserv.agent.route.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.Endpoint;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteTableTest {
    private static final AppName APP = new AppName("app");
    private static final AppName OTHER = new AppName("other");
    private static final Endpoint ONE = new Endpoint("127.0.0.1", 20000);
    private static final Endpoint TWO = new Endpoint("127.0.0.1", 20001);

    private final RouteTable table = new RouteTable(new TargetIds(null));

    private static AppRoute route(AppName app, int port, Endpoint... targets) {
        return AppRoute.of(app, port, List.of(targets), null, "");
    }

    private static AppRoute at(String app, Front... fronts) {
        return new AppRoute(new AppName(app), List.of(fronts), List.of(), new Otherwise.Page(""));
    }

    @Test
    void anAppIsFoundByEachOfItsFronts() {
        table.put(at("app", new Front.Port(5000), new Front.Port(5001), new Front.Host("A.example", "/x")));

        assertThat(table.route(5000)).isSameAs(table.route(5001)).isSameAs(table.route("a.example", "/x/y"));
        table.put(at("app", new Front.Port(5001)));
        assertThat(table.route(5000)).isNull();
        assertThat(table.route("a.example", "/x")).isNull();
        assertThat(table.route(5001)).isNotNull();
    }

    @ParameterizedTest
    @CsvSource({
        "a.example, /, all",
        "A.EXAMPLE, /nothing/here, all",
        "a.example, /shop, shop",
        "a.example, /shop/, shop",
        "a.example, /shop/cart/now, cart",
        "a.example, /shopping, all",
        "a.example, //, all",
        "a.example, /1/2/3/4/5/6/7/8/9/10, all",
    })
    void theLongestPrefixOfAHostWins(String host, String path, String app) {
        table.put(at("all", new Front.Host("a.example", "")));
        table.put(at("shop", new Front.Host("a.example", "/shop")));
        table.put(at("cart", new Front.Host("a.example", "/shop/cart")));

        Route found = Objects.requireNonNull(table.route(host, path));

        assertThat(found.wanted().app()).hasToString(app);
        assertThat(table.route("b.example", path)).isNull();
    }

    @Test
    void aFrontOfAnotherAppBecomesItsOwnOnceThatOneLetsGo() {
        table.put(route(APP, 5000, ONE));
        table.put(at("other", new Front.Port(5000), new Front.Port(5001)));

        assertThat(table.route(5000)).isSameAs(table.route(APP));
        assertThat(table.route(5001)).isSameAs(table.route(OTHER));
        assertThat(table.contended()).containsExactly(OTHER);
        assertThat(table.taken(OTHER)).containsExactly(Map.entry(new Front.Port(5000), APP));

        table.put(route(APP, 5002, ONE));

        assertThat(table.route(5000)).isSameAs(table.route(OTHER));
        assertThat(table.contended()).isEmpty();
        assertThat(table.taken(OTHER)).isEmpty();
    }

    @Test
    void whatCannotBeReachedIsRefusedAndNothingChanges() {
        table.put(route(APP, 5000, ONE));

        assertThatThrownBy(() -> table.put(route(APP, 5001, new Endpoint("a.example", 80))))
                .hasMessage("a.example is no IP address");
        assertThatThrownBy(() -> RouteTable.require(List.of(route(APP, 5000), route(OTHER, 5000))))
                .hasMessage("5000 of other is app's");

        assertThat(table.wanted()).containsExactly(route(APP, 5000, ONE));
    }

    @Test
    void aPortGoesFromOneAppToAnotherInOneReplacement() {
        table.put(route(APP, 5000, ONE));

        table.replace(7, List.of(route(OTHER, 5000), route(APP, 5001, ONE)));

        assertThat(table.version()).isEqualTo(7);
        assertThat(table.wanted()).containsExactlyInAnyOrder(route(OTHER, 5000), route(APP, 5001, ONE));
    }

    @Test
    void aTargetIsKnownAsLongAsItIsNamedOrHasRequestsUnderWay() {
        table.put(route(APP, 5000, ONE, TWO));
        Route former = Objects.requireNonNull(table.route(5000));
        Target claimed = Objects.requireNonNull(former.claim(Set.of(), List.of()));
        assertThat(claimed).isSameAs(table.target(ONE));

        table.put(route(APP, 5000));
        assertThat(former.claim(Set.of(), List.of())).isNull();
        assertThat(table.target(ONE)).isSameAs(claimed);
        assertThat(table.target(TWO)).isNull();

        claimed.end();
        table.remove(APP);
        assertThat(table.target(ONE)).isNull();
        assertThat(table.route(5000)).isNull();
    }

    /** Another process may have the endpoint now, which is not down and has sent nothing wrong. */
    @Test
    void aTargetThatIsNamedAgainAfterItsLastRequestIsANewOne() {
        table.put(route(APP, 5000, ONE));
        Target former = Objects.requireNonNull(table.route(APP)).claim(Set.of(), List.of());
        table.put(route(APP, 5000, TWO));
        Objects.requireNonNull(former).markDown(true);
        former.end();

        table.put(route(APP, 5000, ONE));

        assertThat(table.target(ONE)).isNotSameAs(former);
    }

    @Test
    void aTargetThatIsNamedAgainIsTheSame() {
        table.put(route(APP, 5000, ONE));
        Target target = table.target(ONE);

        table.put(route(APP, 5000, TWO, ONE));

        assertThat(table.target(ONE)).isSameAs(target);
    }
}
