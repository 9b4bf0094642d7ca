/** How settings are read, the settings of the server as a whole, and the paths under TINYSERV_ROOT. */
@NullMarked
package dev.tinyserv.agent.config;

import org.jspecify.annotations.NullMarked;
