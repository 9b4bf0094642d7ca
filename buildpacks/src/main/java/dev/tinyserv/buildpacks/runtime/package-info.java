/** The language runtimes of this machine: which versions there are, and which one an app asks for. */
@NullMarked
package dev.tinyserv.buildpacks.runtime;

import org.jspecify.annotations.NullMarked;
