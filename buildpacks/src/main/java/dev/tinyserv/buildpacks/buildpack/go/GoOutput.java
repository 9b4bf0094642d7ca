package dev.tinyserv.buildpacks.buildpack.go;

import dev.tinyserv.buildpacks.buildpack.Diagnosis;
import dev.tinyserv.buildpacks.buildpack.Diagnosis.Sign;
import dev.tinyserv.buildpacks.process.Transcript;
import java.util.List;
import java.util.function.Consumer;

/** What the go command prints, on its way to the pusher, and what to do about it if it failed. */
final class GoOutput implements Consumer<String> {
    private static final String TIDY =
            "go.mod and go.sum do not fit the code; run `go mod tidy` and commit go.mod and" + " go.sum";

    private static final String NEWER =
            "the app needs a newer Go; install one on the server, or lower the version in" + " go.mod";

    private static final String DOWNLOAD =
            "a module could not be downloaded; push again later, or commit all modules" + " with `go mod vendor`";

    private final Transcript transcript;
    private final Diagnosis diagnosis = new Diagnosis(SIGNS);

    GoOutput(Transcript transcript) {
        this.transcript = transcript;
    }

    private static final List<Sign> SIGNS = List.of(
            new Sign("missing go.sum entry", TIDY),
            new Sign("checksum mismatch", TIDY),
            new Sign("updates to go.mod needed", TIDY),
            new Sign("updates to go.sum needed", TIDY),
            new Sign("malformed go.sum", TIDY),
            new Sign("no required module provides package", TIDY),
            new Sign("cannot find module providing package", TIDY),
            new Sign("inconsistent vendoring", "vendor does not fit go.mod; run `go mod vendor` and commit vendor"),
            new Sign("requires go >=", NEWER),
            new Sign("module requires Go", NEWER),
            new Sign("invalid go version", NEWER),
            new Sign("dial tcp", DOWNLOAD),
            new Sign("module lookup disabled", DOWNLOAD),
            new Sign(
                    "C compiler \"",
                    "a package holds C code; on Debian: apt-get install gcc libc6-dev, or set CGO_ENABLED=0"),
            new Sign("no space left on device", "the server's disk is full"));

    @Override
    public void accept(String line) {
        diagnosis.look(line);
        transcript.detail(line.replace("\t", "  "));
    }

    /** What to do about a failure, behind its message; empty if we do not know. */
    String remedy() {
        return diagnosis.remedy();
    }
}
