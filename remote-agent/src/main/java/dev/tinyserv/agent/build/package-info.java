/** Submission to Slug. */
@NullMarked
package dev.tinyserv.agent.build;

import org.jspecify.annotations.NullMarked;
