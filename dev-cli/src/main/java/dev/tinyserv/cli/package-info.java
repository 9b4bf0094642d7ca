/** The developer's command. */
@NullMarked
package dev.tinyserv.cli;

import org.jspecify.annotations.NullMarked;
