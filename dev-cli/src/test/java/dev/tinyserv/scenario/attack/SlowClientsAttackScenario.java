package dev.tinyserv.scenario.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Eventually;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.Load;
import dev.tinyserv.fixtures.fault.Campaign;
import dev.tinyserv.fixtures.fault.SlowClients;
import dev.tinyserv.scenario.Stage;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Clients that send the head of a request byte by byte to hold connections (CVE-2007-6750, called Slowloris). */
@Tag("thorough")
class SlowClientsAttackScenario {
    @Test
    void nobodyElseNoticesAndTheyAreClosedByTheHeadsDeadline() {
        int count = Campaign.count(300, 4_000);
        try (Stage stage = Stage.start()) {
            App app = stage.probe();
            try (Load load = Load.on(app.port(), 200);
                    SlowClients slow = SlowClients.on(app.port(), count)) {
                assertThat(slow.left()).as("none is turned away").isEqualTo(count);
                Eventually.until("all are closed", () -> slow.left() == 0, () -> slow.left() + " are left");
                load.stop().mustBeFlawless(1_000);
            }
        }
    }

    @Test
    void anHonestClientIsAnsweredWhenTheyHoldAllPlaces() {
        int places = Campaign.count(50, 1_000);
        try (Stage stage = Stage.start(Map.of("TINYSERV_MAX_CLIENTS", Integer.toString(places)))) {
            App app = stage.probe();
            try (SlowClients slow = SlowClients.on(app.port(), 3 * places)) {
                Eventually.until("only as many are left as places", () -> slow.left() <= places);
                assertThat(slow.left()).as("all places are held").isGreaterThan(places * 9 / 10);
                for (int i = 0; i < 20; i++) {
                    assertThat(Http.get(app.port(), "/").status()).isEqualTo(200);
                }
            }
        }
    }
}
