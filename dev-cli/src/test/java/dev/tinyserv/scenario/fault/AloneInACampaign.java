package dev.tinyserv.scenario.fault;

import dev.tinyserv.fixtures.fault.Campaign;
import java.util.Set;
import org.junit.jupiter.api.parallel.ResourceLocksProvider;
import org.junit.jupiter.api.parallel.Resources;

/**
 * Lets a class that judges times have the machine to itself in a campaign. In every build it runs beside others, with
 * bars that a busy machine can hold.
 */
final class AloneInACampaign implements ResourceLocksProvider {
    @Override
    public Set<Lock> provideForClass(Class<?> testClass) {
        return Campaign.isOn() ? Set.of(new Lock(Resources.GLOBAL)) : Set.of();
    }
}
