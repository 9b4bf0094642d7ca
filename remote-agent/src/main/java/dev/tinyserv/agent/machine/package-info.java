/** What is known of the machine: its kernel, who listens where, what appears in a folder, and locks. */
@NullMarked
package dev.tinyserv.agent.machine;

import org.jspecify.annotations.NullMarked;
