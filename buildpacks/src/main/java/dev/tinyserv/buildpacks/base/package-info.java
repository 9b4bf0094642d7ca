/** What every package may use: refusals, text for people and for shells, waiting. */
@NullMarked
package dev.tinyserv.buildpacks.base;

import org.jspecify.annotations.NullMarked;
