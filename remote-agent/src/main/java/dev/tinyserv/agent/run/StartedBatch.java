package dev.tinyserv.agent.run;

import dev.tinyserv.agent.app.Endpoint;
import dev.tinyserv.agent.deploy.Instances.Batch;
import dev.tinyserv.agent.release.Release;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Instances that are handled together.
 *
 * @param release what they were started from; null if it is not known any more
 * @param instances all of them; none if there was nothing
 */
record StartedBatch(@Nullable Release release, List<Instance> instances) implements Batch {
    @Override
    public List<Endpoint> endpoints() {
        return instances.stream()
                .map(Instance::endpoint)
                .flatMap(Optional::stream)
                .toList();
    }
}
