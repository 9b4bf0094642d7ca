package dev.tinyserv.agent.command;

import dev.tinyserv.buildpacks.process.Transcript;
import java.util.function.Function;

/**
 * Something that is done while the answer is shown, such as a deploy, and whose every step the caller reads as it
 * happens. The work goes on if the caller stops to read.
 *
 * @param act does it, tells its steps, and returns what came of it
 */
record Work(Function<Transcript, Facts> act) implements Answer {}
