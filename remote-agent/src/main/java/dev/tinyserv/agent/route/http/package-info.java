/** The codec: heads and bodies of HTTP/1, read strictly and written anew. Knows no app and no connection. */
@NullMarked
package dev.tinyserv.agent.route.http;

import org.jspecify.annotations.NullMarked;
