package dev.tinyserv.buildpacks.buildpack.php;

import dev.tinyserv.buildpacks.process.Transcript;
import java.util.function.Consumer;

/** What Composer prints, on its way to the pusher; it only warns of a lock file that is out of date. */
final class ComposerOutput implements Consumer<String> {
    private final Transcript transcript;
    private volatile boolean staleLock;
    private volatile boolean fullDisk;

    ComposerOutput(Transcript transcript) {
        this.transcript = transcript;
    }

    @Override
    public void accept(String line) {
        if (line.contains("The lock file is not up to date with the latest changes in composer.json")
                || line.contains("is not present in the lock file")) {
            staleLock = true;
        } else if (line.contains("No space left on device")) {
            fullDisk = true;
        }
        transcript.detail(line);
    }

    /** What is wrong and what to do about it; empty if we do not know. */
    String remedy() {
        if (staleLock) {
            return "composer.lock does not fit composer.json; run `composer update` and commit composer.lock";
        }
        return fullDisk ? "the server's disk is full" : "";
    }

    boolean tellsOfAStaleLock() {
        return staleLock;
    }
}
