/** How a router gives its listening sockets to its successor. */
@NullMarked
package dev.tinyserv.agent.route.handover;

import org.jspecify.annotations.NullMarked;
