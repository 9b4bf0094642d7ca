package dev.tinyserv.agent.build;

/**
 * One form of a value that nobody is to read.
 *
 * @param text the form as it is printed, on one line
 * @param replacement what stands in its place
 */
record Secret(String text, String replacement) {}
