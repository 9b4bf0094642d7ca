/** Turns a Submission into a Slug. */
@NullMarked
package dev.tinyserv.agent.build;

import org.jspecify.annotations.NullMarked;
