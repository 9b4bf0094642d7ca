/** Instances on this machine: started, gated, watched, restarted, ended. */
@NullMarked
package dev.tinyserv.agent.run;

import org.jspecify.annotations.NullMarked;
