package dev.tinyserv.agent.local;

import java.util.List;
import java.util.Map;

/**
 * What a client of the socket sends first.
 *
 * @param schema the version of this format: {@value #SCHEMA}
 * @param arguments the verb and what follows it
 * @param environment GIT_PROTOCOL, LANG and TERM of the caller, where set
 */
record LocalCall(int schema, List<String> arguments, Map<String, String> environment) {
    static final int SCHEMA = 1;
}
