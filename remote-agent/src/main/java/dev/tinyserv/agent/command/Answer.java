package dev.tinyserv.agent.command;

/** What a verb returns. It prints nothing itself: a {@link Renderer} shows it to whoever called. */
sealed interface Answer permits Facts, Deed, Work, Lines {
    /** Has the renderer show it, which may take as long as what it is about. */
    void to(Renderer renderer);
}
