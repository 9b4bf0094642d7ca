package dev.tinyserv.buildpacks.buildpack;

import java.util.Map;

/** The variables for git in builds: no prompts, and no configuration of the server. */
public final class QuietGit {
    private QuietGit() {}

    /** The variables for the app's own programs. */
    public static Map<String, String> environment() {
        return Map.of("GIT_TERMINAL_PROMPT", "0", "GIT_CONFIG_NOSYSTEM", "1");
    }

    /** The variables for fetches by the agent: only its protocols, no user configuration, and English messages. */
    static Map<String, String> ownEnvironment() {
        return Map.of(
                "GIT_TERMINAL_PROMPT", "0",
                "GIT_CONFIG_NOSYSTEM", "1",
                "GIT_CONFIG_GLOBAL", "/dev/null",
                "GIT_ALLOW_PROTOCOL", "https:http:ssh",
                "LC_ALL", "C.UTF-8");
    }
}
