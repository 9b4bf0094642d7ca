/** Keeps one timeline per app: collects it, bounds its size, searches it and follows it. */
@NullMarked
package dev.tinyserv.agent.log;

import org.jspecify.annotations.NullMarked;
