package dev.tinyserv.buildpacks.buildpack.node;

import dev.tinyserv.buildpacks.process.Transcript;
import java.util.function.Consumer;

/** What npm prints, on its way to the pusher: without the page of usage that hides the reason of a failure. */
final class NpmOutput implements Consumer<String> {
    private final Transcript transcript;
    private boolean inUsage;
    private volatile String remedy = "";

    NpmOutput(Transcript transcript) {
        this.transcript = transcript;
    }

    @Override
    public void accept(String line) {
        if (line.startsWith("npm error Usage:")) {
            inUsage = true;
        }
        if (line.contains("can only install packages when your package.json and")) {
            remedy = ": package-lock.json does not fit package.json; run `npm install` and commit package-lock.json";
        } else if (line.contains("ENOSPC")) {
            remedy = ": the server's disk is full";
        }
        if (!inUsage) {
            transcript.detail(line);
        }
    }

    /** What to do about a failure, behind its message; empty if we do not know. */
    String remedy() {
        return remedy;
    }
}
