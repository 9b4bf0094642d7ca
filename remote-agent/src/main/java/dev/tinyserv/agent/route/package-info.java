/** The router process and the agent's client to it. */
@NullMarked
package dev.tinyserv.agent.route;

import org.jspecify.annotations.NullMarked;
