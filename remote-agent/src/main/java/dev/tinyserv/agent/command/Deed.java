package dev.tinyserv.agent.command;

import dev.tinyserv.buildpacks.process.Transcript;
import java.util.function.Function;

/**
 * An action that runs while the answer is shown. People read one line: {@code Restarting shop... done}.
 *
 * @param what names the action, such as {@code Restarting shop}
 * @param act runs the action and returns its result. Its transcript is shown only if it fails, problems at once
 */
record Deed(String what, Function<Transcript, Facts> act) implements Answer {}
