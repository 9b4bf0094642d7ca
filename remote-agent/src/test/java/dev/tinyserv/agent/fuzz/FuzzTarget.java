package dev.tinyserv.agent.fuzz;

import dev.tinyserv.agent.build.ProcfileFuzz;
import dev.tinyserv.agent.command.CallHeaderFuzz;
import dev.tinyserv.agent.keys.AuthorizedKeysFuzz;
import dev.tinyserv.agent.route.http.HttpHeadFuzz;
import dev.tinyserv.agent.ssh.CommandLineFuzz;
import dev.tinyserv.agent.store.ReleaseFileFuzz;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Consumer;

/** The parsers of what comes from outside, each with the class that holds what must be true of every input. */
enum FuzzTarget {
    PROCFILE(ProcfileFuzz.class, ProcfileFuzz::fuzzerTestOneInput),
    AUTHORIZED_KEYS(AuthorizedKeysFuzz.class, AuthorizedKeysFuzz::fuzzerTestOneInput),
    CALL_HEADER(CallHeaderFuzz.class, CallHeaderFuzz::fuzzerTestOneInput),
    RELEASE_FILE(ReleaseFileFuzz.class, ReleaseFileFuzz::fuzzerTestOneInput),
    COMMAND_LINE(CommandLineFuzz.class, CommandLineFuzz::fuzzerTestOneInput),
    HTTP_HEAD(HttpHeadFuzz.class, HttpHeadFuzz::fuzzerTestOneInput);

    private final Class<?> type;

    @SuppressWarnings("ImmutableEnumChecker") // they are methods without state
    private final Consumer<byte[]> target;

    FuzzTarget(Class<?> type, Consumer<byte[]> target) {
        this.type = type;
        this.target = target;
    }

    /** The class that the fuzzer drives. */
    String className() {
        return type.getName();
    }

    /** Tries one input; throws what it finds. */
    void test(byte[] input) {
        target.accept(input);
    }

    /** Where its inputs lie. A new one, such as what a fuzzer has found, is a new file there. */
    Path corpus() {
        return Path.of(
                "src/test/resources/fuzz", name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }
}
