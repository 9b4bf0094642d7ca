/** Who may log in: the authorized_keys file. */
@NullMarked
package dev.tinyserv.agent.keys;

import org.jspecify.annotations.NullMarked;
