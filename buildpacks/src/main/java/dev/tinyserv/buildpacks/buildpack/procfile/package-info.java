/** Apps that need no build: a Procfile says how they run. */
@NullMarked
package dev.tinyserv.buildpacks.buildpack.procfile;

import org.jspecify.annotations.NullMarked;
