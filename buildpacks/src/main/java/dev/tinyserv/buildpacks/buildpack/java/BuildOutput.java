package dev.tinyserv.buildpacks.buildpack.java;

import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.buildpack.UnreachableHosts;
import dev.tinyserv.buildpacks.process.Transcript;
import dev.tinyserv.buildpacks.runtime.Version;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What Maven and Gradle print, on its way to the pusher, without a line for each download. */
final class BuildOutput implements Consumer<String> {
    private static final Pattern DOWNLOAD = Pattern.compile("(\\[INFO\\] )?Download(ing|ed)( from \\S+)?: .*");
    private static final Pattern NEWER_JAVA =
            Pattern.compile(".*(release version \\d+ not supported|invalid target release|Unsupported class file major"
                    + " version|UnsupportedClassVersionError|Cannot find a Java installation).*");

    /** With 0.5 s before the second attempt and each time twice as long, so many have taken eight seconds. */
    private static final int PATIENCE = 5;

    private static final Pattern ATTEMPT = Pattern.compile("Attempt (\\d{1,4})/\\d{1,4} failed\\. Reason: .*");

    /** Maven sends some even if it is told not to. */
    private static final Pattern COLOUR = Pattern.compile("\u001b\\[[\\d;]*m");

    private final Transcript transcript;
    private final Version jdk;
    private final UnreachableHosts hosts = new UnreachableHosts();
    private volatile String remedy = "";

    BuildOutput(Transcript transcript, Version jdk) {
        this.transcript = transcript;
        this.jdk = jdk;
    }

    @Override
    public void accept(String coloured) {
        String line = COLOUR.matcher(coloured).replaceAll("");
        if (NEWER_JAVA.matcher(line).matches()) {
            remedy = ": it does not go with java " + jdk
                    + "; name another in system.properties, such as java.runtime.version=21";
        } else if (line.contains("No space left on device")) {
            remedy = ": the server's disk is full";
        } else if (line.contains("java.lang.OutOfMemoryError")) {
            remedy = ": it needs more memory; see docs/languages/java.md";
        }
        hosts.look(line);
        endAttempts(line);
        if (!DOWNLOAD.matcher(line).matches()) {
            transcript.detail(line);
        }
    }

    /** Gradle's wrapper waits twice as long each time: ten attempts for a host that nobody finds take nine minutes. */
    private void endAttempts(String line) {
        Matcher attempt = ATTEMPT.matcher(line);
        if (attempt.matches()
                && Integer.parseInt(attempt.group(1)) >= PATIENCE
                && !hosts.told().isEmpty()) {
            throw new Refusal(
                    "Gradle's wrapper was ended after " + PATIENCE + " attempts to get Gradle: " + hosts.told()
                            + ": let it reach that host, or have distributionUrl in gradle/wrapper/gradle-wrapper.properties"
                            + " name another, and push again");
        }
    }

    /** What to do about a failure, behind its message; empty if we do not know. */
    String remedy() {
        return remedy.isEmpty() ? hosts.remedy() : remedy;
    }
}
