/** Versioned JSON files, atomic and durable. */
@NullMarked
package dev.tinyserv.agent.store;

import org.jspecify.annotations.NullMarked;
