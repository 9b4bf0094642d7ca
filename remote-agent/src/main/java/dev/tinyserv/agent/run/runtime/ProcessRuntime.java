package dev.tinyserv.agent.run.runtime;

/** Starts processes that outlive the agent, and finds them again by their id. */
public interface ProcessRuntime {
    /** The variable that marks every process of an instance with the instance's id. */
    String MARK = "TINYSERV_INSTANCE";

    /** Prepares what {@link #start} needs. Called once, at the start of the agent. */
    void install();

    /**
     * Starts a process. Returns as soon as it exists.
     *
     * @throws dev.tinyserv.buildpacks.base.Refusal if the process cannot be started as the launch asks
     */
    RunningProcess start(Launch launch);

    /** The process started under the id, maybe by an earlier agent, whether or not it still runs. Never throws. */
    RunningProcess find(String id);

    /** Deletes the files kept about a process of which nothing is left. */
    void forget(String id);
}
