package dev.tinyserv.buildpacks.process;

/** How much of the machine can be hidden from a program, least first. */
public enum Isolation {
    /** Nothing. */
    NONE,
    /** The files of others; their processes can be seen. */
    FILES,
    /** The files and the processes of others. */
    PROCESSES
}
