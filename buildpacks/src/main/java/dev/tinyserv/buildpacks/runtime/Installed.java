package dev.tinyserv.buildpacks.runtime;

import java.nio.file.Path;

/**
 * A runtime on this machine.
 *
 * @param bin the folder with its programs
 */
public record Installed(Version version, Path bin) {}
