/** Bare repositories: a push becomes a Submission. */
@NullMarked
package dev.tinyserv.agent.git;

import org.jspecify.annotations.NullMarked;
