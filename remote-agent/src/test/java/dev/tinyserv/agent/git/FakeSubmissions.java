package dev.tinyserv.agent.git;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.submit.Submission;
import dev.tinyserv.agent.submit.Submissions;
import dev.tinyserv.buildpacks.base.Refusal;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** The pipeline as a test wants it: writes down what happens and does what it is told. */
final class FakeSubmissions implements Submissions {
    /** What is done with a submission before it is accepted; a refusal is thrown. */
    interface Pipeline {
        void run(Submission submission) throws Exception;
    }

    final List<String> happened = new CopyOnWriteArrayList<>();
    volatile Pipeline pipeline = submission -> {};
    volatile Runnable onTipMoved = () -> {};
    /** The commit of the current release. */
    volatile Optional<String> released = Optional.empty();
    /** Whether that cannot be told. */
    volatile boolean unknown;
    /** Whether what is accepted makes a release. */
    volatile boolean releases = true;

    @Override
    public void submit(Submission submission) {
        happened.add("submit " + submission.commit());
        try {
            submission.tip().check();
            pipeline.run(submission);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        submission.tip().keep();
        if (releases) {
            released = Optional.of(submission.commit());
        }
        happened.add("accepted");
        try {
            submission.tip().move();
            happened.add("tip moved");
        } catch (Refusal e) {
            if (!releases) {
                throw e;
            }
            submission.origin().transcript().problem("live, but the agent's next start does it");
            happened.add("tip behind");
        }
        onTipMoved.run();
    }

    /** As the releases say it to the repositories. */
    Optional<String> released(AppName app) {
        if (unknown) {
            throw new Refusal("the current release cannot be read");
        }
        return released;
    }

    /** The commits that were submitted. */
    List<String> commits() {
        return happened.stream()
                .filter(line -> line.startsWith("submit "))
                .map(line -> line.substring("submit ".length()))
                .toList();
    }
}
