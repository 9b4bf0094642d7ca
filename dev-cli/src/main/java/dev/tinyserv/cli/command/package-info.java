/** The verbs that do something on the developer's machine. */
@NullMarked
package dev.tinyserv.cli.command;

import org.jspecify.annotations.NullMarked;
