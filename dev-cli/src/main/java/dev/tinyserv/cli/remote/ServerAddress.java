package dev.tinyserv.cli.remote;

import dev.tinyserv.cli.output.Problem;
import dev.tinyserv.cli.output.SafeText;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The server as the user names it: {@code [ssh://][user@]host[:port]}, an IPv6 address in brackets, or exactly
 * {@code localhost} for the agent on this machine, without SSH. No part can be taken for an option or holds anything
 * that a shell or ssh would expand.
 *
 * @param local whether it is the agent on this machine
 * @param user the name to log in with, or null to leave that to ssh
 * @param host the host's name or address, without brackets
 * @param port the SSH port, or {@link #PORT_OF_SSH}
 * @param root the TINYSERV_ROOT of an agent on this machine, or null for the one in the environment
 */
public record ServerAddress(
        boolean local,
        @Nullable String user,
        String host,
        int port,
        @Nullable String root) {
    /** The port that tinyserv-remote listens on unless told otherwise. */
    public static final int DEFAULT_PORT = 2222;

    /** The port is left to ssh and its configuration, as git leaves it for a URL that names none. */
    public static final int PORT_OF_SSH = 0;

    /** The agent on this machine. */
    public static final ServerAddress LOCALHOST = new ServerAddress(true, null, "localhost", DEFAULT_PORT);

    private static final int MAX_LENGTH = 400;
    private static final Pattern SHAPE = Pattern.compile("(?:ssh://)?"
            + "(?:(?<user>[A-Za-z0-9_][A-Za-z0-9._+-]{0,63})@)?"
            + "(?:\\[(?<ipv6>[0-9A-Fa-f:.]{2,45})\\]|(?<host>[A-Za-z0-9_][A-Za-z0-9._-]{0,252}))"
            + "(?::(?<port>[0-9]{1,5}))?/?");

    /** An address without a TINYSERV_ROOT of its own. */
    public ServerAddress(boolean local, @Nullable String user, String host, int port) {
        this(local, user, host, port, null);
    }

    /** The agent on this machine with this TINYSERV_ROOT. */
    static ServerAddress at(String root) {
        return new ServerAddress(true, null, LOCALHOST.host(), DEFAULT_PORT, root);
    }

    /** Reads what TINYSERV_REMOTE says; throws a usage problem that shows the forms. */
    public static ServerAddress parse(String text) {
        if (text.equals("localhost")) {
            return LOCALHOST;
        }
        ServerAddress address = parsed(text, DEFAULT_PORT);
        if (address == null) {
            throw Problem.usage("TINYSERV_REMOTE=" + SafeText.quotedUrl(text)
                    + " is no server: use user@server, user@server:2222, ssh://user@[2001:db8::1]:2222 or localhost");
        }
        return address;
    }

    /** Reads an address in the form for SSH, or null. Without a port it has the usual one. */
    static @Nullable ServerAddress parsed(String text, int usualPort) {
        Matcher shape = SHAPE.matcher(text);
        if (text.length() > MAX_LENGTH || !shape.matches()) {
            return null;
        }
        String port = shape.group("port");
        int number = port == null ? usualPort : Integer.parseInt(port);
        String ipv6 = shape.group("ipv6");
        String host = ipv6 == null ? shape.group("host") : ipv6;
        boolean possible = (port == null || (number >= 1 && number <= 65535)) && (ipv6 == null || ipv6.contains(":"));
        return possible ? new ServerAddress(false, shape.group("user"), host, number) : null;
    }

    /** The address for ssh: {@code user@host}, or {@code host}. */
    String login() {
        return user == null ? host : user + "@" + host;
    }

    /** The option of ssh before the login: {@code -p 2222 }, or empty. */
    String portOption() {
        return port == PORT_OF_SSH ? "" : "-p " + port + " ";
    }

    /** The host and the port, as known_hosts has them: {@code [host]:2222}. */
    String knownHost() {
        return port == 22 || port == PORT_OF_SSH ? host : "[" + host + "]:" + port;
    }

    /** The URL that git pushes an app to. */
    public String gitUrl(String app) {
        return "ssh://" + (user == null ? "" : user + "@") + this.hostAndPort() + "/" + app;
    }

    private String hostAndPort() {
        return (host.contains(":") ? "[" + host + "]" : host) + (port == PORT_OF_SSH ? "" : ":" + port);
    }

    /** The address in messages: {@code host:2222}, or localhost. */
    @Override
    public String toString() {
        if (local) {
            return root == null ? host : host + " (" + SafeText.quoted(root) + ")";
        }
        return hostAndPort();
    }
}
