package dev.tinyserv.agent.build;

import dev.tinyserv.buildpacks.process.Transcript;

/** A transcript in which no secrets appear. Lines of several threads are blotted in the order in which they come. */
final class BlottedTranscript implements Transcript {
    private final Transcript transcript;
    private final BlottedLines lines;

    BlottedTranscript(Transcript transcript, Secrets secrets) {
        this.transcript = transcript;
        this.lines = new BlottedLines(secrets.all());
    }

    @Override
    public void line(String line) {
        transcript.line(blotted(line));
    }

    private synchronized String blotted(String line) {
        return lines.next(line);
    }
}
