package dev.tinyserv.agent.build;

import dev.tinyserv.buildpacks.Refusal;
import dev.tinyserv.buildpacks.process.CommandFailed;
import dev.tinyserv.buildpacks.process.Transcript;
import java.util.regex.Pattern;

/** A transcript that notices when a host refuses a build's key, so that the build's end can say what to do about it. */
final class RefusedKeyTranscript implements Transcript {
    private static final Pattern REFUSED =
            Pattern.compile("Permission denied \\([a-z,-]*publickey|fatal: Could not read from remote repository");
    private static final Pattern ANOTHER_HOST = Pattern.compile("Host key verification failed");
    private static final String VERB = "`apps:deploy-key`";

    private final Transcript transcript;
    private volatile String remedy = "";

    RefusedKeyTranscript(Transcript transcript) {
        this.transcript = transcript;
    }

    @Override
    public void line(String line) {
        look(line);
        transcript.line(line);
    }

    private void look(String line) {
        if (ANOTHER_HOST.matcher(line).find()) {
            remedy = "; the host has another key than the one that it had at first: if that is right, `apps:deploy-key"
                    + " --new` forgets it, and makes another key for the app";
        } else if (remedy.isEmpty() && REFUSED.matcher(line).find()) {
            remedy = "; if the repository is private, add the key that " + VERB + " prints there, and use its ssh URL";
        }
    }

    /** The same refusal, with what to do if a host refused the key. */
    Refusal withRemedy(Refusal why) {
        for (Throwable cause = why.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof CommandFailed failure) {
                failure.lastLines().forEach(this::look); // not all of them are shown
            }
        }
        boolean said = remedy.isEmpty() || String.valueOf(why.getMessage()).contains("apps:deploy-key");
        return said ? why : new Refusal(why.getMessage() + remedy, why);
    }
}
