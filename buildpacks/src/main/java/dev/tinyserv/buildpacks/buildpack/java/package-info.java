/** Java and Kotlin apps, built with Maven or Gradle. */
@NullMarked
package dev.tinyserv.buildpacks.buildpack.java;

import org.jspecify.annotations.NullMarked;
