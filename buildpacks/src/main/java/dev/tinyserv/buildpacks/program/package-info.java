/** Programs that could not be started, and what is so about them. */
@NullMarked
package dev.tinyserv.buildpacks.program;

import org.jspecify.annotations.NullMarked;
