/** The way to the server: ssh, or the local agent; and the git remote. */
@NullMarked
package dev.tinyserv.cli.remote;

import org.jspecify.annotations.NullMarked;
