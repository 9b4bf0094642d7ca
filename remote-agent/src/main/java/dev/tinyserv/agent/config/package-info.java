/** The agent's settings and the layout of TINYSERV_ROOT. */
@NullMarked
package dev.tinyserv.agent.config;

import org.jspecify.annotations.NullMarked;
