package dev.tinyserv.buildpacks.buildpack.php;

import dev.tinyserv.buildpacks.process.Transcript;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** What Composer prints, on its way to the pusher; it only warns of a lock file that is out of date. */
final class ComposerOutput implements Consumer<String> {
    /** What it says of a package that it may not download. */
    private static final Pattern REFUSED = Pattern.compile(
            "Could not authenticate against|required authentication|HTTP 40[13]|\\(HTTP/[\\d.]+ 40[13]");

    private final Transcript transcript;
    private final boolean hasPasswords;
    private volatile boolean staleLock;
    private volatile boolean fullDisk;
    private volatile boolean refused;

    /**
     * For one run.
     *
     * @param hasPasswords whether it got passwords in COMPOSER_AUTH
     */
    ComposerOutput(Transcript transcript, boolean hasPasswords) {
        this.transcript = transcript;
        this.hasPasswords = hasPasswords;
    }

    @Override
    public void accept(String line) {
        if (line.contains("The lock file is not up to date with the latest changes in composer.json")
                || line.contains("is not present in the lock file")) {
            staleLock = true;
        } else if (line.contains("No space left on device")) {
            fullDisk = true;
        } else if (REFUSED.matcher(line).find()) {
            refused = true;
        }
        transcript.detail(line);
    }

    /** What is wrong and what to do about it; empty if we do not know. */
    String remedy() {
        if (staleLock) {
            return "composer.lock does not fit composer.json; run `composer update` and commit composer.lock";
        }
        if (refused && !hasPasswords) {
            return "a package asks for a password, and COMPOSER_AUTH is not set; run `tinyserv config:set"
                    + " COMPOSER_AUTH='{\"http-basic\": {\"HOST\": {\"username\": …, \"password\": …}}}'` and push again";
        }
        return fullDisk ? "the server's disk is full" : "";
    }

    boolean tellsOfAStaleLock() {
        return staleLock;
    }
}
