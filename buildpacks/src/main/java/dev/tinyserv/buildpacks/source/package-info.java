/** What a user gives us: a tree of files, with its Procfile and app.json. */
@NullMarked
package dev.tinyserv.buildpacks.source;

import org.jspecify.annotations.NullMarked;
