package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.deploy.DiskCleaning;
import dev.tinyserv.agent.deploy.DiskCleaning.Freed;
import dev.tinyserv.agent.deploy.DiskCleaning.Result;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.base.Sizes;
import dev.tinyserv.buildpacks.process.Transcript;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

final class DiskClean extends OneOrAllApps {
    static final VerbDeclaration VERB = VerbDeclaration.changesServer(
                    "disk:clean",
                    "Free what can be freed on the disk, and say how much",
                    "Free what can be freed without loss, and say how much: garbage of repositories, builds "
                            + "beyond those that are kept, caches that no build has used for 30 days, and what "
                            + "destroyed apps left.")
            .forAdmins("clean the disk")
            .json("Print an array with app, what and bytes.")
            .example("tinyserv disk:clean --dry-run");

    @Option(names = "--dry-run", description = "Only say what would be freed, as near as can be told.")
    private boolean dryRun;

    @Override
    Answer answer(Context context) {
        return new Work(transcript -> {
            List<Result> results = clean(context, transcript);
            return new Cleaning(
                    results.stream().flatMap(result -> result.freed().stream()).toList(),
                    results.stream()
                            .flatMap(result -> result.problems().stream())
                            .toList(),
                    dryRun);
        });
    }

    private List<Result> clean(Context context, Transcript transcript) {
        DiskCleaning cleaning = context.services().server().cleaning();
        List<Result> results = new ArrayList<>();
        for (AppName name : apps(context)) {
            results.add(cleaning.of(name, context.account(), dryRun, transcript, context.cancellation()));
        }
        if (app(context).isEmpty()) {
            results.add(cleaning.ofDestroyed(context.account(), dryRun, transcript, context.cancellation()));
        }
        return results;
    }

    /** What was freed, or would be, and what could not be cleaned. */
    private record Cleaning(List<Freed> freed, List<String> problems, boolean dryRun) implements Facts {
        @Override
        public Object data() {
            return freed;
        }

        @Override
        public Text text(Instant now) {
            return new Text()
                    .table(freed.stream()
                            .map(each -> List.of(each.app(), each.what(), Sizes.of(each.bytes())))
                            .toList())
                    .line(sum());
        }

        private String sum() {
            long bytes = freed.stream().mapToLong(Freed::bytes).sum();
            if (bytes == 0) {
                return "nothing to free";
            }
            return (dryRun ? "would free " : "freed ") + Sizes.of(bytes) + " (" + bytes + " bytes)";
        }

        @Override
        public Optional<Refusal> failure() {
            return problems.isEmpty() ? Optional.empty() : Optional.of(new Refusal(String.join("\n", problems)));
        }
    }
}
