/** Buildpacks with Heroku's classic interface, from a git URL or a folder of the server. */
@NullMarked
package dev.tinyserv.buildpacks.buildpack.classic;

import org.jspecify.annotations.NullMarked;
