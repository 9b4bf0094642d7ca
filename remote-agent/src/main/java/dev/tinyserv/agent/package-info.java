/** The agent's composition root and main. */
@NullMarked
package dev.tinyserv.agent;

import org.jspecify.annotations.NullMarked;
