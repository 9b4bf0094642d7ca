/** Release to Deployment: the queue per app and the commit point. */
@NullMarked
package dev.tinyserv.agent.deploy;

import org.jspecify.annotations.NullMarked;
