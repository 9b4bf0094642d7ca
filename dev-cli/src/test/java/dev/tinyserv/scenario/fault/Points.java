package dev.tinyserv.scenario.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.Eventually;
import dev.tinyserv.fixtures.fault.Campaign;
import dev.tinyserv.fixtures.fault.DiskTrap;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** At which calls of a deploy faults are injected: all of them in a campaign, else one or two of each kind. */
final class Points {
    private static final Duration QUIET = Duration.ofSeconds(1);
    private static final char[] KINDS = {'C', 'W', 'M', 'U'};

    private Points() {}

    /** As below, with no more than what must be there. */
    static List<DiskTrap.Call> of(DiskTrap trap, Witness witness) {
        return of(trap, witness, 0);
    }

    /** Deploys once without a fault, counts, and chooses: if this is no campaign about so many, spread over the deploy. */
    static List<DiskTrap.Call> of(DiskTrap trap, Witness witness, int count) {
        trap.set(DiskTrap.Fault.NONE, 0);
        witness.app().commit("Counted").push().mustSucceed();
        witness.requireAgreement("counted");
        Eventually.until("the end of the former instance is written down", () -> {
            int before = trap.calls().size();
            Eventually.always("counted", QUIET, () -> true);
            return trap.calls().size() == before;
        });
        List<DiskTrap.Call> all = trap.calls();
        trap.release();
        assertThat(all).as("calls of a deploy").hasSizeGreaterThan(20);
        return Campaign.isOn() ? all : few(all, witness.app().name(), count);
    }

    private static List<DiskTrap.Call> few(List<DiskTrap.Call> all, String app, int count) {
        TreeMap<Integer, DiskTrap.Call> chosen = new TreeMap<>();
        for (String must :
                List.of("\\d+ R releases/" + app + "\\.json", "\\d+ R .*refs/heads/main", "\\d+ S .*/objects/pack.*")) {
            DiskTrap.Call call = all.stream()
                    .filter(each -> Pattern.matches(must, each.toString()))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no " + must + " among " + all));
            chosen.put(call.number(), call);
        }
        for (char kind : KINDS) {
            List<DiskTrap.Call> same =
                    all.stream().filter(call -> call.kind() == kind).toList();
            DiskTrap.Call call = same.get(same.size() / 2);
            chosen.put(call.number(), call);
        }
        DiskTrap.Call last = all.get(all.size() - 1);
        chosen.put(last.number(), last);
        int more = Math.max(0, count - chosen.size());
        for (int i = 0; i < more; i++) {
            DiskTrap.Call call = all.get((2 * i + 1) * all.size() / (2 * more));
            chosen.putIfAbsent(call.number(), call);
        }
        return List.copyOf(chosen.values());
    }
}
