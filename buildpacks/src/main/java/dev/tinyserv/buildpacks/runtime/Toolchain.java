package dev.tinyserv.buildpacks.runtime;

import java.util.ArrayList;
import java.util.List;

/**
 * The programs that builds and apps in one language run, and how one gets them.
 *
 * @param language as people call it
 * @param tools all programs, the runtime's own first
 * @param remedy what to do when one that every app needs is missing
 */
public record Toolchain(String language, RuntimeKind runtime, List<Tool> tools, String remedy) {
    public Toolchain {
        tools = List.copyOf(tools);
    }

    /** A language's runtime, with more tools beside it; installed as the runtime is. */
    public static Toolchain of(String language, RuntimeKind runtime, Tool... more) {
        List<Tool> tools = new ArrayList<>(List.of(runtime.tool()));
        tools.addAll(List.of(more));
        return new Toolchain(language, runtime, tools, "install " + language + "; " + runtime.remedy());
    }

    /** The same with another remedy. */
    public Toolchain withRemedy(String other) {
        return new Toolchain(language, runtime, tools, other);
    }
}
