/** Go apps, built as modules with the go command. */
@NullMarked
package dev.tinyserv.buildpacks.buildpack.go;

import org.jspecify.annotations.NullMarked;
