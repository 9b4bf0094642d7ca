package dev.tinyserv.buildpacks.process;

/** How much of the machine can be hidden from a program, least first. */
public enum Isolation {
    /** Nothing is hidden. */
    NONE,
    /** The files of others are hidden; their processes can be seen. */
    FILES,
    /** The files and the processes of others are hidden. */
    PROCESSES
}
