package dev.tinyserv.buildpacks.buildpack.node;

import dev.tinyserv.buildpacks.process.Transcript;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * What a package manager prints, on its way to the pusher: without the page of npm's usage that hides the reason of a
 * failure.
 */
final class InstallOutput implements Consumer<String> {
    /** What npm, pnpm, Yarn 1, later Yarns and Bun say about a lock file that is not what the package.json asks for. */
    private static final Pattern MISFIT = Pattern.compile("can only install packages when your package.json and"
            + "|ERR_PNPM_OUTDATED_LOCKFILE|[Yy]our lockfile needs to be updated|The lockfile would have been modified"
            + "|lockfile had changes, but lockfile is frozen");

    private final Transcript transcript;
    private final PackageManager manager;
    private boolean inUsage;
    private volatile String remedy = "";

    InstallOutput(Transcript transcript, PackageManager manager) {
        this.transcript = transcript;
        this.manager = manager;
    }

    @Override
    public void accept(String line) {
        if (line.startsWith("npm error Usage:")) {
            inUsage = true;
        }
        if (MISFIT.matcher(line).find()) {
            remedy = ": " + manager.lockFile() + " does not fit package.json; run `" + manager.program()
                    + " install` and commit " + manager.lockFile();
        } else if (line.contains("ENOSPC")) {
            remedy = ": the server's disk is full";
        }
        if (!inUsage) {
            transcript.detail(line);
        }
    }

    /** What to do about a failure, behind its message; empty if we do not know. */
    String remedy() {
        return remedy;
    }
}
