package dev.tinyserv.buildpacks.buildpack;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds hosts that a program could not resolve. Package managers of all languages say this, each in its own words, and
 * often far above their last line.
 */
public final class UnreachableHosts {
    private static final int LONGEST_LINE = 2000;
    private static final String HOST = "((?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})\\.){1,10}[A-Za-z][A-Za-z0-9-]{1,62})\\b";

    /** Of Node.js; curl, git and ssh; wget; PHP; Java, Maven and Gradle; Go; Python; Ruby. */
    private static final List<Pattern> SIGNS = List.of(
            Pattern.compile("getaddrinfo (?:ENOTFOUND|EAI_AGAIN) " + HOST),
            Pattern.compile("[Cc]ould not resolve host(?:name)?:? " + HOST),
            Pattern.compile("unable to resolve host address .?" + HOST),
            Pattern.compile("getaddrinfo for " + HOST + " failed"),
            Pattern.compile("(?:UnknownHostException:|Unknown host) " + HOST),
            Pattern.compile("Attempt \\d{1,4}/\\d{1,4} failed\\. Reason: " + HOST + "$"),
            Pattern.compile("lookup " + HOST + "(?: on [^ ]{1,60})?: (?:no such host|server misbehaving)"),
            Pattern.compile("Failed to resolve '" + HOST + "'"),
            Pattern.compile("getaddrinfo(?:\\(3\\))?: [A-Z][a-z -]{1,60} \\(" + HOST + ":\\d"));

    private volatile String host = "";

    /** Takes the next line; called by one thread. The last host counts, because earlier ones were done without. */
    public void look(String line) {
        String text = line.length() > LONGEST_LINE ? "" : line.strip();
        for (Pattern sign : SIGNS) {
            Matcher match = sign.matcher(text);
            if (match.find()) {
                host = match.group(1);
            }
        }
    }

    /** The last unreachable host; empty if there is none. */
    public String last() {
        return host;
    }

    /** A text such as {@code the server cannot find the host github.com}; empty if there is none. */
    public String told() {
        return host.isEmpty() ? "" : "the server cannot find the host " + host;
    }

    /** {@code ": "} and the remedy, for the message of a failure; empty if there is none. */
    public String remedy() {
        return host.isEmpty() ? "" : ": " + told() + ": let it reach that host and push again";
    }
}
