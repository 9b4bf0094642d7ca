/** Deno. */
@NullMarked
package dev.tinyserv.buildpacks.buildpack.deno;

import org.jspecify.annotations.NullMarked;
