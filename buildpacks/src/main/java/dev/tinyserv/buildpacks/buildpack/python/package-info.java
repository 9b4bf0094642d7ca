/** Builds Python apps with uv, Poetry, Pipenv or pip, in a virtual environment that moves with the slug. */
@NullMarked
package dev.tinyserv.buildpacks.buildpack.python;

import org.jspecify.annotations.NullMarked;
