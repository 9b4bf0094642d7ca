package dev.tinyserv.agent.build;

/**
 * One form of a value that nobody is to read.
 *
 * @param text how it is printed, on one line
 * @param replacement what stands in its place
 */
record Secret(String text, String replacement) {}
