package dev.tinyserv.agent.command;

/**
 * What a verb returns: {@link Facts}, a {@link Deed}, {@link Work} or {@link Lines}. A {@link Renderer} shows it to the
 * caller.
 */
interface Answer {}
