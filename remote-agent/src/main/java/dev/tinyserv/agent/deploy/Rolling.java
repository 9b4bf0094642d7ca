package dev.tinyserv.agent.deploy;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.ProcessName;
import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.agent.deploy.Batch.Member;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Cancellation;
import dev.tinyserv.buildpacks.process.Transcript;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the processes of a change beside the old ones: all at once, or those of a type with a surge in groups. Each
 * group but the last takes requests before the change counts, and the old ones of the group are ended, so that never
 * fewer than before are ready and never more than the surge are added. The old ones of exclusive types are ended before
 * the new ones start. If anything fails, the old ones come back in the same way. The caller holds the app's turn.
 */
final class Rolling {
    private static final Logger LOG = LoggerFactory.getLogger(Rolling.class);

    private final Instances instances;
    private final Routing routing;
    private final Retirement retirement;

    Rolling(Instances instances, Routing routing, Retirement retirement) {
        this.instances = instances;
        this.routing = routing;
        this.retirement = retirement;
    }

    /**
     * What is ready for a change to count.
     *
     * @param batch what {@link Instances#promote} makes current then
     * @param takeBack brings the former processes back instead. Blocks, and never throws
     */
    record Ready(Batch batch, Runnable takeBack) {}

    /**
     * Starts these processes.
     *
     * @param former what runs now; no processes if nothing does
     * @throws Refusal if one fails or the change is cancelled; then what is former runs as before
     */
    Ready prepare(
            Desired former,
            Desired desired,
            Collection<ProcessName> which,
            Transcript transcript,
            Cancellation cancellation) {
        Attempt attempt = new Attempt(former, desired, transcript, cancellation);
        try {
            return new Ready(attempt.run(which), attempt::takeBack);
        } catch (RuntimeException e) {
            attempt.takeBack();
            throw e;
        }
    }

    /**
     * Makes an app run as desired after a start of the agent, also from the middle of a change that it was killed in.
     * Blocks until each process is ready or has failed once.
     */
    void restore(Desired desired) {
        List<ProcessName> rolling = instances.rolling(desired);
        instances.ensure(
                desired,
                desired.processes().stream()
                        .filter(name -> !rolling.contains(name))
                        .toList());
        for (List<ProcessName> group : groups(desired, rolling)) {
            bringBack(desired, group);
        }
    }

    /** The route is told in the background, too, if it cannot be now. */
    private void bringBack(Desired desired, List<ProcessName> group) {
        instances.ensure(desired, group);
        AppName app = desired.app();
        List<Member> replaced = instances.retired(app);
        try {
            retirement.now(app, replaced, desired.release().name() + " came back");
        } catch (Refusal e) {
            LOG.error("{} goes on in the background: {}", app, e.getMessage());
        }
    }

    /** The processes by type in groups of its surge. */
    private static List<List<ProcessName>> groups(Desired desired, Collection<ProcessName> which) {
        List<List<ProcessName>> groups = new ArrayList<>();
        for (List<ProcessName> ofType : byType(which)) {
            groups.addAll(groupsOfType(desired, ofType));
        }
        return groups;
    }

    private static List<List<ProcessName>> groupsOfType(Desired desired, List<ProcessName> ofType) {
        Integer surge = desired.settings(ofType.get(0).type()).surge();
        int size = surge == null ? ofType.size() : surge;
        List<List<ProcessName>> groups = new ArrayList<>();
        for (int i = 0; i < ofType.size(); i += size) {
            groups.add(ofType.subList(i, Math.min(i + size, ofType.size())));
        }
        return groups;
    }

    private static Collection<List<ProcessName>> byType(Collection<ProcessName> which) {
        return which.stream()
                .sorted()
                .collect(Collectors.groupingBy(ProcessName::type))
                .values();
    }

    /** One change on its way. */
    private final class Attempt {
        private final Desired former;
        private final Desired desired;
        private final Transcript transcript;
        private final Cancellation cancellation;
        private final List<ProcessName> rolled = new ArrayList<>();
        private final List<Member> rolledMembers = new ArrayList<>();
        private final List<ProcessName> vacated = new ArrayList<>();

        Attempt(Desired former, Desired desired, Transcript transcript, Cancellation cancellation) {
            this.former = former;
            this.desired = desired;
            this.transcript = transcript;
            this.cancellation = cancellation;
        }

        Batch run(Collection<ProcessName> which) {
            List<ProcessName> last = new ArrayList<>();
            List<ProcessName> exclusive = new ArrayList<>();
            for (List<ProcessName> ofType : byType(which)) {
                ProcessType type = ofType.get(0).type();
                if (desired.settings(type).exclusive()) {
                    exclusive.addAll(ofType);
                } else {
                    last.addAll(rollAllButTheLast(ofType));
                }
            }
            return completed(instances.prepare(desired, last, transcript, cancellation), exclusive);
        }

        private Batch completed(Batch beside, List<ProcessName> exclusive) {
            Batch all = exclusive.isEmpty() ? beside : withExclusive(beside, exclusive);
            try {
                requireStanding();
                return all;
            } catch (RuntimeException e) {
                instances.end(all.started(), desired.release().name() + " was given up");
                throw e;
            }
        }

        /** Returns the last group. Those that are more than before come first, as they take nobody's place. */
        private List<ProcessName> rollAllButTheLast(List<ProcessName> ofType) {
            List<ProcessName> replacing =
                    ofType.stream().filter(former.processes()::contains).toList();
            if (replacing.isEmpty()) {
                return ofType;
            }
            List<ProcessName> inOrder = new ArrayList<>(ofType);
            inOrder.removeAll(replacing);
            inOrder.addAll(replacing);
            List<List<ProcessName>> groups = groupsOfType(desired, inOrder);
            groups.subList(0, groups.size() - 1).forEach(this::roll);
            return groups.get(groups.size() - 1);
        }

        private void roll(List<ProcessName> group) {
            cancellation.check();
            transcript.detail("starting " + named(group));
            Batch started = instances.prepare(desired, group, transcript, cancellation);
            rolled.addAll(group);
            rolledMembers.addAll(started.started());
            List<Member> replaced = instances.roll(started);
            routing.refresh(desired.app());
            requireStanding();
            retirement.end(replaced, "replaced by " + desired.release().name());
            requireStanding();
        }

        private void requireStanding() {
            List<ProcessName> fallen = instances.fallen(rolledMembers);
            if (!fallen.isEmpty()) {
                throw new Refusal(named(fallen) + " of " + desired.release().name()
                        + " ended while others were started; `tinyserv logs -a " + desired.app() + "` tells why");
            }
        }

        private Batch withExclusive(Batch beside, List<ProcessName> exclusive) {
            try {
                cancellation.check();
                requireStanding();
                List<ProcessName> running =
                        exclusive.stream().filter(former.processes()::contains).toList();
                vacated.addAll(running);
                List<Member> ended = instances.vacate(desired.app(), exclusive);
                if (!ended.isEmpty()) {
                    transcript.detail("stopping " + named(running) + " first: exclusive");
                    endFirst(ended);
                }
                return beside.and(instances.prepare(desired, exclusive, transcript, cancellation));
            } catch (RuntimeException e) {
                instances.end(beside.started(), desired.release().name() + " was given up");
                throw e;
            }
        }

        private void endFirst(List<Member> ended) {
            if (Batch.endpoints(ended).isEmpty()) {
                retirement.end(ended, "replaced by " + desired.release().name());
            } else {
                retirement.now(
                        desired.app(), ended, "replaced by " + desired.release().name());
            }
        }

        /** In groups as well; the last that took requests goes first. */
        void takeBack() {
            if (rolled.isEmpty() && vacated.isEmpty()) {
                return;
            }
            transcript.step("Bringing back " + former.release().name());
            List<List<ProcessName>> groups = groups(desired, rolled);
            Collections.reverse(groups);
            groups.add(vacated);
            try {
                groups.forEach(group -> bringBack(former, group));
                tellWhatIsDown();
            } catch (RuntimeException e) {
                LOG.error(
                        "{} {} is not back yet", desired.app(), former.release().name(), e);
                transcript.problem(
                        former.release().name() + " is not back yet: " + e.getMessage() + "; see the agent's log");
            }
        }

        private void tellWhatIsDown() {
            List<ProcessName> down = instances.down(former);
            if (!down.isEmpty()) {
                transcript.problem(named(down) + " of " + former.release().name()
                        + " did not come up again and is tried again; `tinyserv ps -a " + desired.app() + "` shows it");
            }
        }

        private static String named(Collection<ProcessName> names) {
            return names.stream().map(ProcessName::toString).collect(Collectors.joining(", "));
        }
    }
}
