package dev.tinyserv.agent.build;

import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.CommandFailed;
import dev.tinyserv.buildpacks.process.Transcript;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A transcript that notices when a host refuses a build's key, so that the build's failure can say what to do about it.
 * A refusal counts only for the program that failed, not for one that ran before or that went on without the host.
 */
final class RefusedKeyTranscript implements Transcript {
    private static final Pattern REFUSED =
            Pattern.compile("Permission denied \\([a-z,-]*publickey|fatal: Could not read from remote repository");

    /** ssh could not reach the host, so git's complaint on the next lines says nothing about keys. */
    private static final Pattern NOT_REACHED = Pattern.compile("ssh: (?:Could not resolve hostname|connect to host) ");

    private static final Pattern ANOTHER_HOST = Pattern.compile("Host key verification failed");
    private static final String VERB = "apps:deploy-key";
    private static final String FORGET = "; the host has another key than the one that it had at first: if that is"
            + " right, `" + VERB + " --new` forgets it, and makes another key for the app";
    private static final String LET_IN =
            "; if the repository is private, add the key that `" + VERB + "` prints there, and use its ssh URL";

    private final Transcript transcript;
    private volatile @Nullable SshRefusals refusals;
    /**
     * What the lines since the last program began told. Written by the reader of its output, and by the build at its
     * end.
     */
    private volatile boolean anotherHost;

    private volatile boolean refused;
    private volatile boolean notReached;

    RefusedKeyTranscript(Transcript transcript) {
        this.transcript = transcript;
    }

    /** Sets where the build's ssh notes what hosts refused. */
    void heed(SshRefusals notes) {
        refusals = notes;
    }

    @Override
    public void line(String line) {
        look(line);
        transcript.line(line);
    }

    @Override
    public void programBegins() {
        anotherHost = false;
        refused = false;
        notReached = false;
        SshRefusals notes = refusals;
        if (notes != null) {
            notes.clear();
        }
        transcript.programBegins();
    }

    private void look(String line) {
        anotherHost |= ANOTHER_HOST.matcher(line).find();
        notReached |= NOT_REACHED.matcher(line).find();
        if (REFUSED.matcher(line).find()) {
            refused |= !notReached;
            notReached = false;
        }
    }

    /** The same refusal, with what to do added if a host refused the key to the program that failed. */
    Refusal withRemedy(Refusal why) {
        CommandFailed failure = failureIn(why);
        if (failure == null || String.valueOf(why.getMessage()).contains(VERB)) {
            return why;
        }
        failure.lastLines().forEach(this::look); // not all of them are shown
        SshRefusals notes = refusals;
        if (anotherHost || (notes != null && notes.ofAnotherHost())) {
            return new Refusal(why.getMessage() + FORGET, why);
        }
        return refused || (notes != null && notes.ofKey()) ? new Refusal(why.getMessage() + LET_IN, why) : why;
    }

    private static @Nullable CommandFailed failureIn(Refusal why) {
        for (Throwable cause = why; cause != null; cause = cause.getCause()) {
            if (cause instanceof CommandFailed failure) {
                return failure;
            }
        }
        return null;
    }
}
