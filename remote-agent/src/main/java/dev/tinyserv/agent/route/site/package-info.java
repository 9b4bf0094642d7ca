/** The files of a site that has no process: what a request asks for, found and sent. */
@NullMarked
package dev.tinyserv.agent.route.site;

import org.jspecify.annotations.NullMarked;
