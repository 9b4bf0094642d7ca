package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.app.Sizes;
import dev.tinyserv.agent.deploy.DiskCleaning;
import dev.tinyserv.agent.deploy.DiskCleaning.Freed;
import dev.tinyserv.buildpacks.process.Transcript;
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
        Transcript transcript = json ? line -> {} : context.console().transcript();
        List<Freed> freed = freed(context, transcript);
        if (json) {
            context.console().json(freed);
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        freed.forEach(each -> rows.add(List.of(each.app(), each.what(), Sizes.of(each.bytes()))));
        context.console().table(rows);
        context.console().line(sum(freed));
    }

    private List<Freed> freed(Context context, Transcript transcript) {
        DiskCleaning cleaning = context.services().cleaning();
        List<Freed> freed = new ArrayList<>();
        for (AppName name : apps(context)) {
            freed.addAll(cleaning.of(name, context.account(), dryRun, transcript, context.cancellation()));
        }
        if (app == null) {
            freed.addAll(cleaning.ofDestroyed(context.account(), dryRun, transcript, context.cancellation()));
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
