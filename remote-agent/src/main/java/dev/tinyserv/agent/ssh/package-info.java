/** The SSH door. */
@NullMarked
package dev.tinyserv.agent.ssh;

import org.jspecify.annotations.NullMarked;
