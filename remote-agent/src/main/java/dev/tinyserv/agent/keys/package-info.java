/** The keys that may log in: the file authorized_keys. */
@NullMarked
package dev.tinyserv.agent.keys;

import org.jspecify.annotations.NullMarked;
