/** Sites of files that no process serves. */
@NullMarked
package dev.tinyserv.buildpacks.buildpack.staticsite;

import org.jspecify.annotations.NullMarked;
