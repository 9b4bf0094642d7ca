/** What happens to apps, for whoever listens. */
@NullMarked
package dev.tinyserv.agent.event;

import org.jspecify.annotations.NullMarked;
