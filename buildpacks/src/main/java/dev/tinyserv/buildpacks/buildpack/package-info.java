/** The buildpacks: one interface, one class per language. */
@NullMarked
package dev.tinyserv.buildpacks.buildpack;

import org.jspecify.annotations.NullMarked;
