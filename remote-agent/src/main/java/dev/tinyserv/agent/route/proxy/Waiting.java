package dev.tinyserv.agent.route.proxy;

/** What a client waits for. Clients make room for newcomers in this order. */
enum Waiting {
    /** It has had its answer and has sent no new request. */
    REQUEST,
    /** It has sent nothing yet, or only a part of a request's head. */
    HEAD,
    /** It has announced a body that does not come. */
    BODY,
    /** It has ended its side and was sent nothing for a while, so it may be gone. */
    LEAVING,
    /** It does not read its answer. */
    ANSWER,
    /** It has only just come, or only just begun its request. */
    JUST_BEGUN,
    /** Its answer has begun, or it is a tunnel, but nothing has come or gone for the idle time-out. */
    SILENT,
    /** It waits for nothing. */
    NOTHING
}
