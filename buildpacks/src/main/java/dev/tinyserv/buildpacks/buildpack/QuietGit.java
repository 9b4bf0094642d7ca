package dev.tinyserv.buildpacks.buildpack;

import java.util.Map;

/** How builds run git: nobody is there to answer a question, and nothing of the server or of its user is read. */
public final class QuietGit {
    private QuietGit() {}

    /** The variables for that, in the programs of an app. */
    public static Map<String, String> environment() {
        return Map.of("GIT_TERMINAL_PROMPT", "0", "GIT_CONFIG_NOSYSTEM", "1");
    }

    /** The variables for what we fetch ourselves: by no other protocols, and with messages that we can read. */
    static Map<String, String> ownEnvironment() {
        return Map.of(
                "GIT_TERMINAL_PROMPT", "0",
                "GIT_CONFIG_NOSYSTEM", "1",
                "GIT_CONFIG_GLOBAL", "/dev/null",
                "GIT_ALLOW_PROTOCOL", "https:http:ssh",
                "LC_ALL", "C.UTF-8");
    }
}
