/** Which app a request is for, and where its instances are: the routes, in memory and on disk. */
@NullMarked
package dev.tinyserv.agent.route.table;

import org.jspecify.annotations.NullMarked;
