package dev.tinyserv.agent.submit;

import java.util.List;

/** Compares the files of a submission with those of an earlier commit. */
@FunctionalInterface
public interface Comparison {
    /** Whether the two differ at one of the paths or below; true if that is not known. */
    boolean changes(String earlier, List<String> paths);
}
