package dev.tinyserv.agent.command;

import dev.tinyserv.buildpacks.process.Transcript;
import java.util.function.Function;

/**
 * Something that is done while the answer is shown, and of which people read one line: {@code Restarting shop... done}.
 *
 * @param what what is done, such as {@code Restarting shop}
 * @param act does it and returns what came of it; what it tells on the way is shown only if it fails, problems at once
 */
record Deed(String what, Function<Transcript, Facts> act) implements Answer {}
