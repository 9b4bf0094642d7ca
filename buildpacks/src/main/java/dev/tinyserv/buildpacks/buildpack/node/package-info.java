/** Node.js apps, built with npm. */
@NullMarked
package dev.tinyserv.buildpacks.buildpack.node;

import org.jspecify.annotations.NullMarked;
