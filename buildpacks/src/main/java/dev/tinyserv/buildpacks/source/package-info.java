/** The source of an app: a tree of files, with its Procfile and app.json. */
@NullMarked
package dev.tinyserv.buildpacks.source;

import org.jspecify.annotations.NullMarked;
