package dev.tinyserv.agent.run.runtime;

import dev.tinyserv.agent.app.Limits;
import dev.tinyserv.agent.store.DurableFile;
import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.agent.store.WritableFolder;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Daemon;
import dev.tinyserv.buildpacks.process.PrivateView;
import dev.tinyserv.buildpacks.process.ProcessIdentity;
import dev.tinyserv.buildpacks.process.ProcessTree;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts a process as {@code setsid sh shim.sh}, with nothing between it and the machine. The shim writes
 * {@code ID.pid} and {@code ID.exit} into the folder of the records; see {@code shim.sh} for their format.
 */
public final class PlainRuntime implements ProcessRuntime {
    private static final Logger LOG = LoggerFactory.getLogger(PlainRuntime.class);
    private static final File NOTHING = new File("/dev/null");

    private final Path shim;
    private final Path records;

    /**
     * A runtime with these files.
     *
     * @param shim where the shim is written
     * @param records the folder for what shims write
     */
    public PlainRuntime(Path shim, Path records) {
        this.shim = shim;
        this.records = records;
    }

    @Override
    public void install() {
        try (InputStream resource =
                Objects.requireNonNull(PlainRuntime.class.getResourceAsStream("shim.sh"), "shim.sh")) {
            byte[] wanted = resource.readAllBytes();
            // By rename: a shell reads its script piece by piece, so one that runs must keep the old file.
            if (!Files.exists(shim) || !Arrays.equals(Files.readAllBytes(shim), wanted)) {
                DurableFile.write(shim, wanted);
            }
        } catch (IOException e) {
            throw new Refusal("cannot write " + shim + ": " + JsonStore.reason(e), e);
        }
    }

    @Override
    public RunningProcess start(Launch launch) {
        refuseWhatTheLocaleCannotHold(launch);
        requireWhatTheShimNeeds(launch);
        Launch.Confinement confinement = launch.confinement();
        if (confinement.user() != null || !confinement.limits().equals(Limits.NONE)) {
            throw new Refusal("cannot start " + launch.name() + ": this server runs processes as its own user only, and"
                    + " without limits");
        }
        List<String> arguments = new ArrayList<>(List.of(
                "setsid",
                "/bin/sh", // setsid looks on the PATH of the app, which is the app's matter
                shim.toString(),
                records.resolve(launch.id()).toString(),
                launch.streams().output().toString(),
                launch.command()));
        arguments.addAll(confinement.view());
        ProcessBuilder builder = new ProcessBuilder(arguments);
        builder.directory(launch.directory().toFile());
        builder.environment().clear();
        builder.environment()
                .putAll(
                        confinement.view().isEmpty()
                                ? launch.environment()
                                : PrivateView.environment(launch.environment()));
        builder.environment().put(MARK, launch.id());
        InputStream input = launch.streams().input();
        builder.redirectInput(input == null ? ProcessBuilder.Redirect.from(NOTHING) : ProcessBuilder.Redirect.PIPE);
        builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        try {
            Process process = builder.start();
            long pid = process.pid(); // setsid does not fork here: we never made it lead a process group
            if (input != null) {
                feed(process, input, launch.id());
            }
            return running(launch.id(), ProcessIdentity.of(pid).orElseGet(() -> nobody(pid)));
        } catch (IOException e) {
            throw new Refusal(
                    "cannot start " + launch.name() + ": " + JsonStore.reason(e)
                            + "; see whether the machine has memory and processes left",
                    e);
        }
    }

    /** Copies the input to the process in a thread of its own, until either of them ends. */
    private static void feed(Process process, InputStream input, String id) {
        Daemon.start("input of " + id, () -> {
            try (OutputStream stream = process.getOutputStream()) {
                long unused = input.transferTo(stream);
            } catch (IOException e) {
                LOG.debug("{} reads no more: {}", id, e.toString());
            }
        });
    }

    @Override
    public RunningProcess find(String id) {
        return running(id, identity(id));
    }

    @Override
    public void forget(String id) {
        try {
            for (String suffix : new String[] {".pid", ".exit", ".pid.tmp", ".exit.tmp"}) {
                Files.deleteIfExists(records.resolve(id + suffix));
            }
        } catch (IOException e) {
            throw new Refusal("cannot delete from " + records + ": " + JsonStore.reason(e), e);
        }
    }

    private RunningProcess running(String id, ProcessIdentity identity) {
        return new ShimmedProcess(new ProcessTree(identity, MARK + "=" + id), records.resolve(id + ".exit"));
    }

    private ProcessIdentity identity(String id) {
        try {
            String[] fields = Files.readString(records.resolve(id + ".pid"), StandardCharsets.US_ASCII)
                    .strip()
                    .split(" ", -1);
            if (fields.length == 3) {
                return new ProcessIdentity(Long.parseLong(fields[0]), Long.parseLong(fields[1]), fields[2]);
            }
        } catch (IOException | NumberFormatException e) {
            return nobody(0); // killed before the shim could write it: only the mark tells who belongs to it
        }
        return nobody(0);
    }

    /** An identity that no process has: only processes that carry the mark are signalled for it. */
    private static ProcessIdentity nobody(long pid) {
        return new ProcessIdentity(pid, -1, ProcessIdentity.currentBootId());
    }

    /** The shim can say nothing, and its exit status would pass for that of the command. */
    private void requireWhatTheShimNeeds(Launch launch) {
        try {
            WritableFolder.require(Objects.requireNonNull(
                    launch.streams().output().toAbsolutePath().getParent()));
            WritableFolder.require(records);
            if (!Files.isReadable(shim)) {
                throw new Refusal("cannot read " + shim);
            }
        } catch (Refusal e) {
            throw new Refusal(
                    "this server cannot start " + launch.name() + ": " + e.getMessage()
                            + "; see who owns it and its mode",
                    e);
        }
    }

    private static void refuseWhatTheLocaleCannotHold(Launch launch) {
        Charset charset = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
        boolean fits = charset.newEncoder().canEncode(launch.command())
                && launch.environment().values().stream()
                        .allMatch(value -> charset.newEncoder().canEncode(value));
        if (!fits) {
            throw new Refusal("cannot start " + launch.name() + ": its command or a config var is not " + charset
                    + ", which is all the agent can pass on; start the agent with LC_ALL=C.UTF-8");
        }
    }
}
