package dev.tinyserv.cli.remote;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The ssh that git uses, chosen as git does (connect.c): GIT_SSH_COMMAND, core.sshCommand, GIT_SSH, then ssh; and what
 * options it takes, by GIT_SSH_VARIANT, ssh.variant or its name.
 */
final class SshProgram {
    /** How long a mark is at most. */
    static final int MAX_MARK = 8;

    private static final List<String> USUAL = List.of("ssh");
    private static final Pattern FIRST_WORD =
            Pattern.compile("\\s*(?:\"([^\"]*)\"|'([^']*)'|(\\S+)).*", Pattern.DOTALL);

    private final List<String> start;
    private final Variant variant;

    private SshProgram(List<String> start, Variant variant) {
        this.start = start;
        this.variant = variant;
    }

    static SshProgram chosen(Surroundings surroundings, Git git) {
        String variant = surroundings.variable("GIT_SSH_VARIANT");
        String shell = surroundings.variable("GIT_SSH_COMMAND");
        if (shell == null) {
            shell = git.setting("core.sshCommand");
        }
        if (shell != null) {
            List<String> start = List.of("sh", "-c", shell + " \"$@\"", shell);
            return new SshProgram(start, Variant.of(firstWord(shell), variant, git));
        }
        String program = surroundings.variable("GIT_SSH");
        if (program == null) {
            return new SshProgram(USUAL, Variant.OPENSSH);
        }
        return new SshProgram(List.of(program), Variant.of(program, variant, git));
    }

    /**
     * The part of a file's name that tells connections of this program to this server from others. Two names may have
     * one address, each behind its own jump host, which ssh's %C does not tell apart.
     */
    String mark(ServerAddress server) {
        return Integer.toHexString(31 * start.hashCode() + server.host().hashCode());
    }

    /** The command that prints how ssh would connect, or null when this program has none. */
    @Nullable
    List<String> configuration(ServerAddress server) {
        if (variant != Variant.OPENSSH) {
            return null;
        }
        List<String> command = new ArrayList<>(start);
        command.add("-G");
        addPort(command, "-p", server);
        command.addAll(List.of("--", server.login()));
        return command;
    }

    /** The command that ends a kept connection, or null when this program keeps none. */
    @Nullable
    List<String> end(ServerAddress server, @Nullable Path sharedConnections) {
        if (variant != Variant.OPENSSH || sharedConnections == null) {
            return null;
        }
        List<String> command = new ArrayList<>(start);
        addPort(command, "-p", server);
        command.addAll(List.of("-o", "ControlPath=" + sharedConnections, "-O", "exit", "--", server.login()));
        return command;
    }

    /** The command that starts the agent's {@code call} on the server. */
    List<String> call(ServerAddress server, @Nullable Path sharedConnections) {
        List<String> command = new ArrayList<>(start);
        switch (variant) {
            case OPENSSH -> addOpenSshOptions(command, server, sharedConnections);
            case PLINK -> {
                addPort(command, "-P", server);
                command.add("-T");
            }
            case SIMPLE -> {}
        }
        command.add(server.login());
        command.add("call");
        return command;
    }

    private static void addOpenSshOptions(List<String> command, ServerAddress server, @Nullable Path shared) {
        addPort(command, "-p", server);
        command.add("-T");
        if (shared != null) {
            command.addAll(List.of("-o", "ControlMaster=auto", "-o", "ControlPath=" + shared));
            command.addAll(List.of("-o", "ControlPersist=60"));
        }
        // The second one ends a kept connection whose server is gone, where the first one has no say.
        command.addAll(List.of("-o", "ConnectTimeout=10", "-o", "ServerAliveInterval=15", "--"));
    }

    private static void addPort(List<String> command, String option, ServerAddress server) {
        if (server.port() != ServerAddress.PORT_OF_SSH) {
            command.addAll(List.of(option, Integer.toString(server.port())));
        }
    }

    private static String firstWord(String shell) {
        var word = FIRST_WORD.matcher(shell);
        if (!word.matches()) {
            return shell;
        }
        String quoted = word.group(1) == null ? word.group(2) : word.group(1);
        return quoted == null ? word.group(3) : quoted;
    }

    private enum Variant {
        OPENSSH,
        PLINK,
        SIMPLE;

        static Variant of(String program, @Nullable String said, Git git) {
            String name = said == null ? git.setting("ssh.variant") : said;
            if (name == null || name.equals("auto")) {
                name = program.substring(Math.max(program.lastIndexOf('/'), program.lastIndexOf('\\')) + 1);
            }
            return switch (name.toLowerCase(Locale.ROOT).replaceAll("\\.exe$", "")) {
                case "plink", "putty", "tortoiseplink" -> PLINK;
                case "simple" -> SIMPLE;
                default -> OPENSSH;
            };
        }
    }
}
