package dev.tinyserv.agent.command;

/** Shows answers in one form; a method for each kind of answer. */
interface Renderer {
    /** Shows facts. */
    void facts(Facts facts);

    /** Has a deed done, and shows that and what came of it. */
    void deed(Deed deed);

    /** Has work done, and shows its steps and what came of it. */
    void work(Work work);

    /** Shows lines as they come. */
    void lines(Lines lines);
}
