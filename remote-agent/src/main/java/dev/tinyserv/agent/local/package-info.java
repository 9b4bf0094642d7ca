/** The door of this machine: a Unix socket that only its owner can open. */
@NullMarked
package dev.tinyserv.agent.local;

import org.jspecify.annotations.NullMarked;
