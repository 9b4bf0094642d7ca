/** Programs that could not be started, and why. */
@NullMarked
package dev.tinyserv.buildpacks.program;

import org.jspecify.annotations.NullMarked;
