package dev.tinyserv.agent.deploy;

import dev.tinyserv.agent.app.ConfigVars;
import dev.tinyserv.agent.app.ReservedVars;
import dev.tinyserv.buildpacks.process.Transcript;
import dev.tinyserv.buildpacks.source.AppJson;
import dev.tinyserv.buildpacks.source.AppSource;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The config vars that an app's app.json fills. */
final class AppDefaults {
    private AppDefaults() {}

    /** The variables that app.json adds to these; the transcript names those that only tinyserv sets. */
    static Map<String, String> of(AppSource source, ConfigVars env, Transcript transcript) throws IOException {
        AppJson app = AppJson.read(source);
        List<String> reserved =
                app.env().keySet().stream().filter(ReservedVars::contains).toList();
        Map<String, String> existing = new TreeMap<>(env.asMap());
        reserved.forEach(name -> existing.putIfAbsent(name, ""));
        if (!reserved.isEmpty()) {
            transcript.problem(String.join(", ", reserved) + " of app.json is left out: tinyserv sets it itself");
        }
        return app.fill(existing);
    }
}
