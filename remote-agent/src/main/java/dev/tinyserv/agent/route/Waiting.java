package dev.tinyserv.agent.route;

/** What a client keeps its place for without doing anything; the first of these make room first. */
enum Waiting {
    /** It has sent a part of a request's head. */
    HEAD,
    /** It asks for nothing: not yet, not again, or not any more. */
    REQUEST,
    /** It has announced a body that does not come. */
    BODY,
    /** It has ended its side, so it may be gone. */
    LEAVING,
    /** It does not take the answer that it has asked for. */
    ANSWER,
    /** It has only just come, and may be about to ask. */
    FIRST_REQUEST,
    /** It does something. */
    NOTHING
}
