/** The door of this machine: a Unix socket that only the owner of TINYSERV_ROOT and root can open. */
@NullMarked
package dev.tinyserv.agent.local;

import org.jspecify.annotations.NullMarked;
