/** Clients' connections, the apps' connections, and the exchanges between them. */
@NullMarked
package dev.tinyserv.agent.route.proxy;

import org.jspecify.annotations.NullMarked;
