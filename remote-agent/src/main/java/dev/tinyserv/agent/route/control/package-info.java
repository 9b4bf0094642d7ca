/** What agent and router say to each other, at both ends of the control socket. */
@NullMarked
package dev.tinyserv.agent.route.control;

import org.jspecify.annotations.NullMarked;
