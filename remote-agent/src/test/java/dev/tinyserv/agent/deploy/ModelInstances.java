package dev.tinyserv.agent.deploy;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.Endpoint;
import dev.tinyserv.agent.app.ExitStatus;
import dev.tinyserv.agent.app.ProcessName;
import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Cancellation;
import dev.tinyserv.buildpacks.process.Signal;
import dev.tinyserv.buildpacks.process.Transcript;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiPredicate;

/**
 * Instances of one app that are only counted: which are there, which of them are current, and how many there were at
 * least and at most. A kill of the agent leaves the processes, as {@link #killAgent} does.
 */
final class ModelInstances implements Instances {
    /** A process; where it stands is known by the lists that it is in. */
    record Running(ProcessName name, int version, String id) {
        Batch.Member member() {
            Optional<Endpoint> endpoint = name.type().equals(ProcessType.WEB)
                    ? Optional.of(new Endpoint("127.0.0.1", 20000 + Integer.parseInt(id)))
                    : Optional.empty();
            return new Batch.Member(name, id, endpoint);
        }

        @Override
        public String toString() {
            return name + " v" + version;
        }
    }

    final List<Running> there = new ArrayList<>();
    final Map<ProcessName, Running> current = new TreeMap<>();
    final List<Running> tentative = new ArrayList<>();
    final List<Running> retired = new ArrayList<>();
    final List<String> happened = new ArrayList<>();
    private final Map<ProcessType, Integer> most = new TreeMap<>();
    private final Map<ProcessType, Integer> least = new TreeMap<>();
    BiPredicate<ProcessName, Integer> fails = (name, version) -> false;
    Runnable afterStart = () -> {};
    private int ids;

    private void look() {
        for (ProcessType type :
                there.stream().map(each -> each.name().type()).distinct().toList()) {
            most.merge(type, count(type), Math::max);
            int ready = (int) current.values().stream()
                    .filter(there::contains)
                    .filter(each -> each.name().type().equals(type))
                    .count();
            least.merge(type, ready, Math::min);
        }
    }

    private int count(ProcessType type) {
        return (int)
                there.stream().filter(each -> each.name().type().equals(type)).count();
    }

    void forgetCounts() {
        most.clear();
        least.clear();
        happened.clear();
        look();
    }

    int most(String type) {
        return most.getOrDefault(new ProcessType(type), 0);
    }

    int least(String type) {
        return least.getOrDefault(new ProcessType(type), 0);
    }

    /** What the next agent finds: candidates are ended, what is rolling is current where nothing else is. */
    void killAgent(Map<ProcessName, Running> lastKept) {
        List<Running> known = new ArrayList<>(current.values());
        known.addAll(lastKept.values());
        there.removeIf(each -> !known.contains(each) && !retired.contains(each));
        current.putAll(lastKept);
        look();
    }

    private Running start(ProcessName name, int version) {
        Running process = new Running(name, version, Integer.toString(++ids));
        there.add(process);
        happened.add("started " + process);
        look();
        return process;
    }

    @Override
    public Batch prepare(
            Desired desired, Collection<ProcessName> which, Transcript transcript, Cancellation cancellation) {
        int version = desired.release().version();
        List<Running> started = which.stream().map(name -> start(name, version)).toList();
        afterStart.run();
        Optional<Running> failed = started.stream()
                .filter(each -> fails.test(each.name(), version))
                .findFirst();
        if (failed.isPresent() || cancellation.isCancelled()) {
            there.removeAll(started);
            cancellation.check();
            throw new Refusal(failed.orElseThrow() + " does not start");
        }
        return new Batch(desired, started.stream().map(Running::member).toList(), List.of(), List.of());
    }

    private List<Running> of(Collection<Batch.Member> members) {
        return there.stream()
                .filter(each -> members.stream().anyMatch(member -> member.id().equals(each.id())))
                .toList();
    }

    private List<Batch.Member> take(Batch batch) {
        List<Batch.Member> former = new ArrayList<>();
        for (Running each : of(batch.started())) {
            Running before = current.put(each.name(), each);
            if (before != null && there.contains(before)) {
                former.add(before.member());
            }
        }
        look();
        return former;
    }

    @Override
    public List<Batch.Member> promote(Batch batch) {
        List<Batch.Member> former = new ArrayList<>(take(batch));
        tentative.clear();
        for (ProcessName name : List.copyOf(current.keySet())) {
            if (!batch.desired().processes().contains(name)) {
                former.add(Objects.requireNonNull(current.remove(name)).member());
            }
        }
        retired.addAll(of(former));
        look();
        return former;
    }

    @Override
    public List<Batch.Member> roll(Batch batch) {
        happened.add("rolled " + of(batch.started()));
        tentative.addAll(of(batch.started()));
        return take(batch);
    }

    @Override
    public List<ProcessName> fallen(Collection<Batch.Member> members) {
        List<Running> standing =
                of(members).stream().filter(current::containsValue).toList();
        return members.stream()
                .filter(member -> standing.stream().noneMatch(each -> each.id().equals(member.id())))
                .map(Batch.Member::name)
                .toList();
    }

    @Override
    public List<Batch.Member> vacate(AppName app, Collection<ProcessName> which) {
        List<Running> left = which.stream()
                .map(name -> Optional.ofNullable(current.remove(name)))
                .flatMap(Optional::stream)
                .filter(there::contains)
                .toList();
        retired.addAll(left);
        return left.stream().map(Running::member).toList();
    }

    @Override
    public void ensure(Desired desired, Collection<ProcessName> which) {
        int version = desired.release().version();
        for (ProcessName name : List.copyOf(current.keySet())) {
            if (!desired.processes().contains(name)) {
                retired.add(Objects.requireNonNull(current.remove(name)));
            }
        }
        for (ProcessName name : which) {
            Running now = current.get(name);
            if (now != null && now.version() == version && there.contains(now)) {
                tentative.remove(now);
                continue;
            }
            Running next = there.stream()
                    .filter(each -> each.name().equals(name) && each.version() == version && !retired.contains(each))
                    .findFirst()
                    .orElseGet(() -> start(name, version));
            current.put(name, next);
            if (now != null) {
                tentative.remove(now);
                retired.add(now);
            }
        }
        look();
    }

    @Override
    public List<ProcessName> rolling(Desired desired) {
        return tentative.stream()
                .filter(there::contains)
                .filter(each -> each.version() != desired.release().version())
                .map(Running::name)
                .sorted()
                .toList();
    }

    @Override
    public List<ProcessName> missing(Desired desired) {
        return down(desired);
    }

    @Override
    public List<ProcessName> down(Desired desired) {
        return desired.processes().stream()
                .filter(name -> Optional.ofNullable(current.get(name))
                        .filter(there::contains)
                        .filter(each -> each.version() == desired.release().version())
                        .isEmpty())
                .toList();
    }

    @Override
    public void end(Collection<Batch.Member> members, String why) {
        List<Running> ended = of(members);
        if (!ended.isEmpty()) {
            happened.add("ended " + ended);
        }
        there.removeAll(ended);
        retired.removeAll(ended);
        look();
    }

    @Override
    public void stop(AppName app, String why) {
        there.clear();
        current.clear();
    }

    @Override
    public List<Batch.Member> retired(AppName app) {
        return retired.stream().filter(there::contains).map(Running::member).toList();
    }

    @Override
    public List<ProcessName> signal(AppName app, Collection<ProcessName> which, Signal signal) {
        return List.copyOf(which);
    }

    @Override
    public OneOff.Outcome run(OneOff once, Cancellation cancellation) {
        happened.add(once.name() + ": " + once.command());
        return new OneOff.Outcome(
                once.name().toString(), new ExitStatus(once.command().equals("fail") ? 3 : 0), "");
    }

    @Override
    public List<ProcessStatus> statuses(AppName app) {
        return List.of();
    }

    @Override
    public boolean isRunning(AppName app) {
        return !current.isEmpty();
    }

    @Override
    public boolean hasCrashed(AppName app) {
        return false;
    }

    @Override
    public List<Endpoint> endpoints(AppName app) {
        return Batch.endpoints(current.values().stream()
                .filter(there::contains)
                .map(Running::member)
                .toList());
    }
}
