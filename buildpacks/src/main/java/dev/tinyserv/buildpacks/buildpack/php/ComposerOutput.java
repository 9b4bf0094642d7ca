package dev.tinyserv.buildpacks.buildpack.php;

import dev.tinyserv.buildpacks.process.Transcript;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** What Composer prints, on its way to the pusher; it only warns of a lock file that is out of date. */
final class ComposerOutput implements Consumer<String> {
    /** What it says of a package that it may not download. */
    private static final Pattern REFUSED = Pattern.compile(
            "Could not authenticate against|required authentication|HTTP 40[13]|\\(HTTP/[\\d.]+ 40[13]");

    private final Transcript transcript;
    private final boolean hasPasswords;
    private final Set<Trouble> troubles = ConcurrentHashMap.newKeySet();

    private enum Trouble {
        STALE_LOCK,
        FULL_DISK,
        REFUSED
    }

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
            troubles.add(Trouble.STALE_LOCK);
        } else if (line.contains("No space left on device")) {
            troubles.add(Trouble.FULL_DISK);
        } else if (REFUSED.matcher(line).find()) {
            troubles.add(Trouble.REFUSED);
        }
        transcript.detail(line);
    }

    /** What is wrong and what to do about it; empty if we do not know. */
    String remedy() {
        if (troubles.contains(Trouble.STALE_LOCK)) {
            return "composer.lock does not fit composer.json; run `composer update` and commit composer.lock";
        }
        if (troubles.contains(Trouble.REFUSED) && !hasPasswords) {
            return "a package asks for a password, and COMPOSER_AUTH is not set; run `tinyserv config:set"
                    + " COMPOSER_AUTH='{\"http-basic\": {\"HOST\": {\"username\": …, \"password\": …}}}'` and push again";
        }
        return troubles.contains(Trouble.FULL_DISK) ? "the server's disk is full" : "";
    }

    boolean tellsOfAStaleLock() {
        return troubles.contains(Trouble.STALE_LOCK);
    }
}
