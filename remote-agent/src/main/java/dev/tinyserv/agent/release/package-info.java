/** Slug and configuration to Release; history and rollback. */
@NullMarked
package dev.tinyserv.agent.release;

import org.jspecify.annotations.NullMarked;
