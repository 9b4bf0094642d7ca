package dev.tinyserv.agent.run;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.Limits;
import dev.tinyserv.agent.app.ProcessName;
import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.agent.app.TypeSettings;
import dev.tinyserv.agent.deploy.Desired;
import dev.tinyserv.agent.release.Release;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/**
 * What one process of an app is to run.
 *
 * @param release the code and configuration it runs
 * @param name which process it is
 * @param command for {@code sh -c}
 * @param settings how the processes of its type are run
 * @param limits what it may take
 */
record Job(Release release, ProcessName name, String command, TypeSettings settings, Limits limits) {
    /** A job for each process that is desired. */
    static List<Job> of(Desired desired) {
        return of(desired, desired.processes());
    }

    /** A job for each of these desired processes. */
    static List<Job> of(Desired desired, Collection<ProcessName> which) {
        return desired.processes().stream()
                .filter(which::contains)
                .map(name -> of(desired.release(), name, desired.settings(name.type()), desired.limits()))
                .toList();
    }

    /** The job of a process whose type the release has. */
    static Job of(Release release, ProcessName name, TypeSettings settings, Limits limits) {
        String command = Objects.requireNonNull(
                release.processes().get(name.type()), () -> release.name() + " has no process type " + name.type());
        return new Job(release, name, command, settings, limits);
    }

    /** Whether it is the process that a version runs that knows one process of each app only. */
    boolean isFirstOfItsApp() {
        return name.index() == 1
                && ProcessType.main(release.processes().keySet())
                        .filter(name.type()::equals)
                        .isPresent();
    }

    AppName app() {
        return release.app();
    }

    boolean isWeb() {
        return name.type().equals(ProcessType.WEB);
    }

    /** Its process and release, such as {@code web.1 of v7}. */
    String title() {
        return name + " of " + release.name();
    }

    /** Its app, release and process, for the agent's log. */
    String inFull() {
        return app() + " " + release.name() + " " + name;
    }
}
