package dev.tinyserv.agent.command;

import dev.tinyserv.buildpacks.process.Transcript;
import java.util.function.Function;

/**
 * An action that runs while the answer is shown, such as a deploy, and shows each step as it happens. The action goes
 * on if the caller stops reading.
 *
 * @param act runs the action, tells its steps, and returns its result
 */
record Work(Function<Transcript, Facts> act) implements Answer {}
