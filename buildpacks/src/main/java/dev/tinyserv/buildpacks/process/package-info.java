/** External programs: how they are run, watched, cancelled and ended with their whole tree. */
@NullMarked
package dev.tinyserv.buildpacks.process;

import org.jspecify.annotations.NullMarked;
