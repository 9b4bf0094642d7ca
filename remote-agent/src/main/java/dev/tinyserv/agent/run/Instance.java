package dev.tinyserv.agent.run;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.Endpoint;
import dev.tinyserv.agent.app.ProcessName;
import dev.tinyserv.agent.deploy.Batch;
import dev.tinyserv.agent.run.runtime.RunningProcess;
import dev.tinyserv.buildpacks.process.ProcessEnd;
import dev.tinyserv.buildpacks.process.ProcessIdentity;
import dev.tinyserv.buildpacks.process.Signal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;

/** One started process of an app, from its start until nothing of it is left. Safe for use by several threads. */
final class Instance implements ProcessEnd.Target {
    private final RunningProcess process;
    private final Path rawOutput;
    private final AtomicBoolean ending = new AtomicBoolean();
    private final CompletableFuture<Void> gone = new CompletableFuture<>();
    private volatile InstanceRecord record;
    private volatile Ready ready;

    /**
     * When the instance became ready, by both clocks; until then, when it was started.
     *
     * @param yes whether it is ready
     * @param since for people
     * @param nanos for measuring
     */
    private record Ready(boolean yes, Instant since, long nanos) {}

    Instance(InstanceRecord record, RunningProcess process, Path rawOutput) {
        this.record = record;
        this.process = process;
        this.rawOutput = rawOutput;
        this.ready = new Ready(false, record.createdAt(), 0);
    }

    InstanceRecord record() {
        return record;
    }

    String id() {
        return record.id();
    }

    AppName app() {
        return record.app();
    }

    /** Which process of its app it is. */
    ProcessName name() {
        return record.name();
    }

    RunningProcess process() {
        return process;
    }

    /** Where it appends what it prints. */
    Path rawOutput() {
        return rawOutput;
    }

    void ready(Optional<Endpoint> endpoint, Instant now, long nanos) {
        record = record.ready(endpoint.orElse(null), now);
        ready = new Ready(true, now, nanos);
    }

    /** Changes the record and returns it; the caller writes it. */
    InstanceRecord become(UnaryOperator<InstanceRecord> change) {
        record = change.apply(record);
        return record;
    }

    boolean isReady() {
        return ready.yes();
    }

    Instant since() {
        return ready.since();
    }

    /** The instance as the occupant of its slot, once it is ready. */
    Slot.Occupant occupant() {
        return new Slot.Occupant(id(), record.version(), ready.nanos());
    }

    /** The instance as the member of a batch. */
    Batch.Member member() {
        return new Batch.Member(name(), id(), endpoint());
    }

    Optional<Endpoint> endpoint() {
        return Optional.ofNullable(record.endpoint());
    }

    /** True for the one caller who ends the instance; all others wait with {@link #awaitGone}. */
    boolean claimEnd() {
        return ending.compareAndSet(false, true);
    }

    boolean isEnding() {
        return ending.get();
    }

    void markGone() {
        boolean unused = gone.complete(null);
    }

    /** Waits until {@link #markGone}. An interrupt does not end the wait. */
    void awaitGone() {
        gone.join();
    }

    /** While the shim lives, a look at all processes of the machine would tell nothing new. */
    @Override
    public boolean isGone() {
        return !process.tree().root().isAlive() && process.tree().members().isEmpty();
    }

    @Override
    public void terminate() {
        process.tree().terminateBelowRoot();
    }

    @Override
    public void kill() {
        boolean unused = process.tree().kill();
    }

    /** Sends a signal to the command itself; false if it has ended. */
    boolean signal(Signal signal) {
        return process.commandPid().stream()
                .mapToObj(ProcessIdentity::of)
                .flatMap(Optional::stream)
                .anyMatch(signal::sendTo);
    }

    @Override
    public boolean isStarting() {
        return !isReady();
    }
}
