package dev.tinyserv.agent.command;

/**
 * What a verb returns: {@link Facts}, a {@link Deed}, {@link Work} or {@link Lines}. It prints nothing itself: a
 * {@link Renderer} shows it to whoever called.
 */
interface Answer {}
