package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.buildpacks.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "apps:destroy",
        aliases = "destroy",
        description = "Destroy an app with its repository, builds, releases and log; it asks for the name.",
        footer = "%nExample:%n  tinyserv apps:destroy -a shop -c shop")
final class AppsDestroy extends AppVerb {
    private static final int NAME_LIMIT = 64;

    @Option(
            names = {"-c", "--confirm"},
            paramLabel = "NAME",
            description = "The app's name, instead of being asked.")
    private @Nullable String confirmation;

    @Option(names = "--data", description = "Also delete what the app keeps across releases (data/NAME).")
    private boolean data;

    @Override
    void run(Context context, AppName app) {
        String answer = confirmation != null ? confirmation : ask(context, app);
        if (!answer.equals(app.value())) {
            throw new Refusal("the name does not match; nothing was destroyed. Say -c " + app + " to destroy " + app);
        }
        Quiet.run(context.console(), "Destroying " + app, transcript -> {
            context.services().lifecycle().destroy(app, context.account(), data, transcript, context.cancellation());
            return "done";
        });
    }

    private static String ask(Context context, AppName app) {
        context.console().error("This destroys " + app + " for good. Type its name to go on:");
        try {
            byte[] typed = new byte[NAME_LIMIT];
            int length = 0;
            for (int b = context.in().read();
                    b >= 0 && b != '\n' && length < NAME_LIMIT;
                    b = context.in().read()) {
                typed[length++] = (byte) b;
            }
            return new String(typed, 0, length, StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new Refusal("the answer could not be read; say -c " + app, e);
        }
    }
}
