/** The ways to start a process of an app, to see that it is ready, and to find it again. */
@NullMarked
package dev.tinyserv.agent.run.runtime;

import org.jspecify.annotations.NullMarked;
