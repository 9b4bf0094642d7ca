/** The door for the network: SSH. */
@NullMarked
package dev.tinyserv.agent.ssh;

import org.jspecify.annotations.NullMarked;
