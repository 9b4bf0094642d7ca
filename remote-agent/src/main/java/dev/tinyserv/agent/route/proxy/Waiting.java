package dev.tinyserv.agent.route.proxy;

/** What a client keeps its place for without doing anything; the first of these make room first. */
enum Waiting {
    /** It has had its answer and asks for nothing more. */
    REQUEST,
    /** It has not asked yet, or has sent only a part of a request's head. */
    HEAD,
    /** It has announced a body that does not come. */
    BODY,
    /** It has ended its side and been sent nothing for a while, so it may be gone. */
    LEAVING,
    /** It does not take the answer that it has asked for. */
    ANSWER,
    /** It has only just come, or only just begun its request. */
    JUST_BEGUN,
    /** Its answer has begun, or it is a tunnel, but nothing has come or gone for the idle time-out. */
    SILENT,
    /** It does something. */
    NOTHING
}
