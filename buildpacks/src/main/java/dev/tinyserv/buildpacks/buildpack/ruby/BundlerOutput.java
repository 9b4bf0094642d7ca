package dev.tinyserv.buildpacks.buildpack.ruby;

import dev.tinyserv.buildpacks.buildpack.Diagnosis;
import dev.tinyserv.buildpacks.buildpack.Diagnosis.Sign;
import dev.tinyserv.buildpacks.process.Transcript;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What Bundler prints, on its way to the pusher: without what it did not have to do; and what a failure means. */
final class BundlerOutput implements Consumer<String> {
    private static final String LOCK =
            "Gemfile.lock does not fit the Gemfile; run `bundle install` and commit Gemfile.lock";

    private static final String DOWNLOAD =
            "gems could not be downloaded; push again later, or commit them with `bundle cache`";

    private static final List<Sign> SIGNS = List.of(
            new Sign("in deployment mode after changing", LOCK),
            new Sign("frozen mode", LOCK),
            new Sign("because frozen", LOCK),
            new Sign("merge conflicts", LOCK),
            new Sign("lockfile is missing", LOCK),
            new Sign(
                    "Your Ruby version is",
                    "the app asks for another Ruby; install it on the server, or change the line `ruby` of the"
                            + " Gemfile"),
            new Sign(
                    "only supports platforms",
                    "run `bundle lock --add-platform x86_64-linux aarch64-linux` and commit Gemfile.lock"),
            new Sign("Could not reach host", DOWNLOAD),
            new Sign("Could not fetch specs", DOWNLOAD),
            new Sign("Network error", DOWNLOAD),
            new Sign(
                    "Failed to build gem native extension",
                    "a gem has to be compiled; on Debian: apt-get install ruby-dev build-essential, and the libraries"
                            + " that it names"),
            new Sign("No space left on device", "the server's disk is full"));

    private static final Pattern REFUSED = Pattern.compile(
            "(?:Authentication is required for|Bad username or password for) ([A-Za-z0-9.-]{1,200}?)\\.?(?:\\s|$)");

    private final Transcript transcript;
    private volatile String host = "";
    private final Diagnosis diagnosis = new Diagnosis(SIGNS);

    BundlerOutput(Transcript transcript) {
        this.transcript = transcript;
    }

    @Override
    public void accept(String line) {
        diagnosis.look(line);
        Matcher refused = REFUSED.matcher(line);
        if (refused.find()) {
            host = refused.group(1);
        }
        if (!line.startsWith("Using ")) {
            transcript.detail(line);
        }
    }

    /** What to do about a failure, behind its message; empty if we do not know. */
    String remedy() {
        String asks = host;
        if (asks.isEmpty()) {
            return diagnosis.remedy();
        }
        String variable =
                "BUNDLE_" + asks.toUpperCase(Locale.ROOT).replace("-", "___").replace(".", "__");
        return ": " + asks + " asks for a password, and " + variable + " is not set or wrong; run `tinyserv config:set "
                + variable + "=USER:PASSWORD` and push again";
    }
}
