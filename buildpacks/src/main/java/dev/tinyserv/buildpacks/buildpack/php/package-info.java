/** PHP apps, built with Composer. */
@NullMarked
package dev.tinyserv.buildpacks.buildpack.php;

import org.jspecify.annotations.NullMarked;
