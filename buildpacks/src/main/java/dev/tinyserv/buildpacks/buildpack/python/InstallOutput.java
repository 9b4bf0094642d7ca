package dev.tinyserv.buildpacks.buildpack.python;

import dev.tinyserv.buildpacks.buildpack.Diagnosis;
import dev.tinyserv.buildpacks.buildpack.Diagnosis.Sign;
import dev.tinyserv.buildpacks.process.Transcript;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** What a package manager prints, on its way to the pusher; the first line that tells what went wrong is remembered. */
final class InstallOutput implements Consumer<String> {
    /** What uv, Poetry and Pipenv say about a lock file that is not the one for what is asked for. */
    private static final Pattern MISFIT = Pattern.compile("lockfile .{0,40}needs to be updated"
            + "|poetry\\.lock is not (?:up to date|consistent)"
            + "|changed significantly since poetry\\.lock"
            + "|Pipfile\\.lock .{0,40}out of date");

    private static final List<Sign> SIGNS = List.of(
            new Sign(
                    Pattern.compile("DO NOT MATCH THE HASHES"),
                    "a package is not the one whose hash is in requirements.txt; write the hashes anew"),
            new Sign(Pattern.compile("No space left on device|\\[Errno 28]"), "the server's disk is full"),
            new Sign(
                    Pattern.compile(
                            "Python\\.h: No such file|command '[\\w-]*(?:gcc|cc)' failed|unable to execute '[\\w-]*gcc'"),
                    "a package has to be compiled; on Debian: apt-get install build-essential python3-dev"),
            new Sign(
                    Pattern.compile("requires a different Python|Your Pipfile requires"),
                    "say in .python-version which python the app needs, and install it on the server"),
            new Sign(
                    Pattern.compile("Multiple top-level packages discovered"),
                    "say in pyproject.toml which packages there are, or write a requirements.txt"),
            new Sign(
                    Pattern.compile(
                            "40[13] (?:Error|Client Error|Unauthorized|Forbidden)|HTTP status client error \\(40[13]"),
                    "the package index asks for a password; name its variables there, or set PIP_EXTRA_INDEX_URL,"
                            + " POETRY_HTTP_BASIC_NAME_PASSWORD or UV_INDEX_NAME_PASSWORD with `tinyserv config:set`"),
            new Sign(
                    Pattern.compile("No matching distribution found"),
                    "is there such a package and version, for this python? does the server reach the package index?"));

    private final Transcript transcript;
    private final PackageManager manager;
    private volatile boolean misfit;
    private final Diagnosis diagnosis = new Diagnosis(SIGNS);

    InstallOutput(Transcript transcript, PackageManager manager) {
        this.transcript = transcript;
        this.manager = manager;
    }

    @Override
    public void accept(String line) {
        if (manager.isLocked() && MISFIT.matcher(line).find()) {
            misfit = true;
        }
        diagnosis.look(line);
        if (!line.isBlank()) {
            transcript.detail(line);
        }
    }

    /** Whether the lock file does not fit. Poetry only warns of that. */
    boolean isMisfit() {
        return misfit;
    }

    /** What to do about a failure, behind its message; empty if we do not know. */
    String remedy() {
        return misfit ? ": " + manager.misfit() : diagnosis.remedy();
    }
}
