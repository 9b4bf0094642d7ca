package dev.tinyserv.agent.submit;

import java.util.List;

/** A look at what a submission changes. */
@FunctionalInterface
public interface Comparison {
    /** Whether it has other content than an earlier commit at one of the paths or below; true if that is not known. */
    boolean changes(String earlier, List<String> paths);
}
