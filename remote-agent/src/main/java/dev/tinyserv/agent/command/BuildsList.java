package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.build.BuildRecord;
import dev.tinyserv.buildpacks.base.Printable;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

final class BuildsList extends AppVerb {
    static final VerbDeclaration VERB = VerbDeclaration.readsApp(
                    "builds",
                    "List the last builds, with their result and times",
                    "List an app's last builds, newest first, with the time that each step took.")
            .by(Who.APP_USER)
            .json("Print an array with number, commit, startedAt, millis, result, reason, slug, bytes and steps.")
            .example("tinyserv builds --json");

    @Override
    Answer answer(Context context, AppName app) {
        return new Listing<>(context.services().builds().history().newest(app), () -> "", BuildsList::row);
    }

    private static List<String> row(BuildRecord build, Instant now) {
        return List.of(
                Integer.toString(build.number()),
                build.commit().substring(0, Math.min(7, build.commit().length())),
                build.result().name().toLowerCase(Locale.ROOT),
                Ago.of(build.startedAt(), now),
                seconds(build.millis()),
                Printable.escaped(detail(build)));
    }

    private static String detail(BuildRecord build) {
        String reason = build.reason();
        if (reason != null) {
            return Printable.shortened(reason, 100);
        }
        return build.steps().stream()
                .filter(step -> step.millis() >= 100)
                .map(step -> Printable.shortened(step.name(), 40) + " " + seconds(step.millis()))
                .collect(Collectors.joining(", "));
    }

    private static String seconds(long millis) {
        return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
    }
}
