package dev.tinyserv.buildpacks.buildpack.node;

import dev.tinyserv.buildpacks.buildpack.UnreachableHosts;
import dev.tinyserv.buildpacks.process.Transcript;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
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

    private static final Pattern VARIABLES = Pattern.compile("(?i)\\benvironment variables?\\b");

    /** Downloads by the scripts of packages that a server can do without, by their hosts. */
    private static final Map<String, String> WITHOUT = Map.of(
            "download.cypress.io", "CYPRESS_INSTALL_BINARY=0",
            "storage.googleapis.com", "PUPPETEER_SKIP_DOWNLOAD=true",
            "cdn.playwright.dev", "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1",
            "downloads.sentry-cdn.com", "SENTRYCLI_SKIP_DOWNLOAD=1");

    /** What node-gyp says if it cannot fetch them. */
    private static final Pattern HEADERS = Pattern.compile(
            "gyp ERR! stack is related to network connectivity|gyp ERR! stack .{0,200}https://nodejs\\.org/");

    private final UnreachableHosts hosts = new UnreachableHosts();

    /** What pnpm and Bun say about a lock file that they cannot read, before they complain that there is none. */
    private static final Pattern UNREAD = Pattern.compile("Ignoring (?:not compatible |broken )?lockfile");

    private static final Pattern UNSET = Pattern.compile(
            "Issue while reading .*\\.npmrc\\W.*Failed to replace env in config: \\$\\{([^${}]{1,100})}");

    private final Transcript transcript;
    private final PackageManager manager;
    private final Optional<Path> headers;
    private boolean inUsage;
    private volatile boolean asksForVariables;
    private volatile String remedy = "";
    private volatile String unset = "";
    private boolean unread;

    /**
     * For one run.
     *
     * @param headers the folder below which the headers of the server's Node.js are, if it has them
     */
    InstallOutput(Transcript transcript, PackageManager manager, Optional<Path> headers) {
        this.transcript = transcript;
        this.manager = manager;
        this.headers = headers;
    }

    @Override
    public void accept(String line) {
        if (line.startsWith("npm error Usage:")) {
            inUsage = true;
        }
        Matcher ignored = UNSET.matcher(line);
        if (ignored.find()) {
            unset = ignored.group(1);
        }
        if (!unread) {
            look(line);
        }
        hosts.look(line);
        asksForVariables |= VARIABLES.matcher(line).find();
        if (!inUsage) {
            transcript.detail(line);
        }
    }

    private void look(String line) {
        if (UNREAD.matcher(line).find()) {
            unread = true;
            remedy = ": the server's " + manager.program() + " cannot read the app's lock file: run `"
                    + manager.program()
                    + " install` with the server's version and commit " + manager.lockFile()
                    + ", or install the app's version on the server";
        } else if (MISFIT.matcher(line).find()) {
            remedy = ": " + manager.lockFile() + " does not fit package.json; run `" + manager.program()
                    + " install` and commit " + manager.lockFile();
        } else if (HEADERS.matcher(line).find()) {
            remedy = ": a package is compiled, and the headers of Node.js for that cannot be fetched from nodejs.org: "
                    + headers.map(home ->
                                    "take the server's own by `tinyserv config:set npm_config_nodedir=" + home + "`")
                            .orElse("let the server reach that host")
                    + " and push again";
        } else if (line.contains("ENOSPC")) {
            remedy = ": the server's disk is full";
        }
    }

    /** A variable that is not set, because of which pnpm has ignored the app's settings; empty if it has not. */
    Optional<String> unset() {
        return Optional.of(unset).filter(name -> !name.isEmpty());
    }

    /** What to do about a failure, behind its message; empty if we do not know. */
    String remedy() {
        return remedy.isEmpty() ? unreachable() : remedy;
    }

    private String unreachable() {
        String without = WITHOUT.get(hosts.last());
        return without == null
                ? hosts.remedy()
                : ": " + hosts.told() + ": let it reach that host, or do without that download by `tinyserv config:set "
                        + without + "`, and push again";
    }

    /** Whether it speaks of variables of the environment. */
    boolean asksForVariables() {
        return asksForVariables;
    }
}
