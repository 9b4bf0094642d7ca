package dev.tinyserv.agent.build;

import dev.tinyserv.buildpacks.process.Transcript;

/** A transcript in which no secrets appear. */
record BlottedTranscript(Transcript transcript, Secrets secrets) implements Transcript {
    @Override
    public void line(String line) {
        transcript.line(secrets.blot(line));
    }
}
