package dev.tinyserv.buildpacks.buildpack;

import java.util.Map;

/** How builds run git: nobody is there to answer a question, and nothing of the server's user is read but ssh's files. */
public final class QuietGit {
    private QuietGit() {}

    /**
     * The variables for that.
     *
     * @param ssh how git calls ssh, as in {@code GIT_SSH_COMMAND}
     */
    public static Map<String, String> environment(String ssh) {
        return Map.of(
                "GIT_TERMINAL_PROMPT", "0",
                "GIT_CONFIG_NOSYSTEM", "1",
                "GIT_CONFIG_GLOBAL", "/dev/null",
                "GIT_ALLOW_PROTOCOL", "https:http:ssh",
                "GIT_SSH_COMMAND", ssh);
    }
}
