/** Refusals, text for people and for shells, and waiting, for every package. */
@NullMarked
package dev.tinyserv.buildpacks.base;

import org.jspecify.annotations.NullMarked;
