/** Events: changes of apps, and their listeners. */
@NullMarked
package dev.tinyserv.agent.event;

import org.jspecify.annotations.NullMarked;
