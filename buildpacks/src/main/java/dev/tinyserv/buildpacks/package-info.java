/** Turns a source tree into something that runs. */
@NullMarked
package dev.tinyserv.buildpacks;

import org.jspecify.annotations.NullMarked;
