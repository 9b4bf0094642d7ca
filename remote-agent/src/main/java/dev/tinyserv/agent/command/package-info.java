/** The verbs, once, for every door. */
@NullMarked
package dev.tinyserv.agent.command;

import org.jspecify.annotations.NullMarked;
