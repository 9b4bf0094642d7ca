/** Ruby apps, built with Bundler. */
@NullMarked
package dev.tinyserv.buildpacks.buildpack.ruby;

import org.jspecify.annotations.NullMarked;
