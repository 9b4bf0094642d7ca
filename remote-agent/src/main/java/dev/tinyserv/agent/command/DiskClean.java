package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.app.Printable;
import dev.tinyserv.agent.app.Sizes;
import dev.tinyserv.agent.deploy.DiskCleaning;
import dev.tinyserv.agent.deploy.DiskCleaning.Freed;
import dev.tinyserv.agent.deploy.DiskCleaning.Result;
import dev.tinyserv.buildpacks.Refusal;
import dev.tinyserv.buildpacks.process.Transcript;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "disk:clean",
        description = "Free what can be freed without loss, and say how much: garbage of repositories, builds beyond"
                + " those that are kept, caches that no build has used for 30 days, and what destroyed apps left.",
        footer = "%nExample:%n  tinyserv disk:clean --dry-run")
final class DiskClean extends Verb {
    @Option(
            names = {"-a", "--app"},
            paramLabel = "NAME",
            description = "Only this app.")
    private @Nullable String app;

    @Option(names = "--dry-run", description = "Only say what would be freed, as near as can be told.")
    private boolean dryRun;

    @Option(names = "--json", description = "Print an array with app, what and bytes.")
    private boolean json;

    @Override
    void run(Context context) {
        context.account().requireAdmin("clean the disk");
        Console console = context.console();
        List<String> problems = new ArrayList<>();
        List<Freed> freed = freed(context, json ? notes(console) : console.transcript(), problems);
        if (json) {
            console.json(freed);
        } else {
            print(console, freed);
        }
        if (!problems.isEmpty()) {
            throw new Refusal(String.join("\n", problems));
        }
    }

    /** Beside the array, for a person. */
    private static Transcript notes(Console console) {
        return line -> {
            try {
                console.error(Printable.escaped(line));
            } catch (UncheckedIOException e) {
                return; // who does not listen any more misses lines
            }
        };
    }

    private void print(Console console, List<Freed> freed) {
        List<List<String>> rows = new ArrayList<>();
        freed.forEach(each -> rows.add(List.of(each.app(), each.what(), Sizes.of(each.bytes()))));
        console.table(rows);
        console.line(sum(freed));
    }

    private List<Freed> freed(Context context, Transcript transcript, List<String> problems) {
        DiskCleaning cleaning = context.services().cleaning();
        List<Freed> freed = new ArrayList<>();
        for (AppName name : apps(context)) {
            Result result = cleaning.of(name, context.account(), dryRun, transcript, context.cancellation());
            freed.addAll(result.freed());
            problems.addAll(result.problems());
        }
        if (app == null) {
            Result result = cleaning.ofDestroyed(context.account(), dryRun, transcript, context.cancellation());
            freed.addAll(result.freed());
            problems.addAll(result.problems());
        }
        return freed;
    }

    private List<AppName> apps(Context context) {
        if (app != null) {
            return List.of(context.services().apps().get(new AppName(app)).app());
        }
        return context.services().apps().all().stream().map(AppState::app).toList();
    }

    private String sum(List<Freed> freed) {
        long bytes = freed.stream().mapToLong(Freed::bytes).sum();
        if (bytes == 0) {
            return "nothing to free";
        }
        return (dryRun ? "would free " : "freed ") + Sizes.of(bytes) + " (" + bytes + " bytes)";
    }
}
