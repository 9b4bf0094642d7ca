package dev.tinyserv.agent.build;

import dev.tinyserv.agent.app.Account;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.submit.Origin;
import dev.tinyserv.agent.submit.Submission;
import dev.tinyserv.agent.submit.Tip;
import dev.tinyserv.buildpacks.process.Cancellation;
import dev.tinyserv.buildpacks.process.Transcript;
import dev.tinyserv.buildpacks.source.AppSource;
import org.jspecify.annotations.Nullable;

/** Submissions that are built and move nothing. */
final class TestSubmission {
    private TestSubmission() {}

    static Submission of(
            AppName app, String commit, AppSource source, Transcript transcript, Cancellation cancellation) {
        Origin origin = new Origin(Account.admin("ada"), "localhost", transcript, cancellation);
        return new Submission(app, origin, commit, source, (earlier, paths) -> true, new NoTip());
    }

    private static final class NoTip implements Tip {
        @Override
        public @Nullable String before() {
            return null;
        }

        @Override
        public void check() {}

        @Override
        public void keep() {}

        @Override
        public void move() {}
    }
}
