/** The only place that prints. */
@NullMarked
package dev.tinyserv.cli.output;

import org.jspecify.annotations.NullMarked;
