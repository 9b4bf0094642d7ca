package dev.tinyserv.agent.run;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.Limits;
import dev.tinyserv.agent.app.ProcessName;
import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.agent.deploy.Desired;
import dev.tinyserv.agent.release.Release;
import java.util.List;
import java.util.Objects;

/**
 * What one process of an app is to run.
 *
 * @param release the code and configuration it runs
 * @param name which process it is
 * @param command for {@code sh -c}
 * @param limits what it may take
 */
record Job(Release release, ProcessName name, String command, Limits limits) {
    /** A job for each process that is desired. */
    static List<Job> of(Desired desired) {
        return desired.formation().processes().stream()
                .map(name -> of(desired.release(), name, desired.limits()))
                .toList();
    }

    /** The job of a process whose type the release has. */
    static Job of(Release release, ProcessName name, Limits limits) {
        String command = Objects.requireNonNull(
                release.processes().get(name.type()), () -> release.name() + " has no process type " + name.type());
        return new Job(release, name, command, limits);
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
