package dev.tinyserv.agent.run.runtime;

/** A way to start processes that outlive the agent and can be found again by their id. */
public interface ProcessRuntime {
    /** The variable that marks every process of an instance with the instance's id. */
    String MARK = "TINYSERV_INSTANCE";

    /** Makes ready what {@link #start} needs; called once, at the start of the agent. */
    void install();

    /**
     * Starts it; returns as soon as the process exists.
     *
     * @throws dev.tinyserv.buildpacks.base.Refusal if the machine does not give us another process
     */
    RunningProcess start(Launch launch);

    /** What was started under the id, maybe by an agent before us, whether or not anything of it still runs. */
    RunningProcess find(String id);

    /** Forgets what is kept about a process of which nothing is left. */
    void forget(String id);
}
