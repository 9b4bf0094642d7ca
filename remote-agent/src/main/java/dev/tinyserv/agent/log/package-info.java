/** One timeline per app: collected, bounded, followed. */
@NullMarked
package dev.tinyserv.agent.log;

import org.jspecify.annotations.NullMarked;
