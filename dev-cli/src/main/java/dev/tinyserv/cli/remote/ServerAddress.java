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
 * @param port the SSH port
 */
public record ServerAddress(boolean local, @Nullable String user, String host, int port) {
    /** The port that tinyserv-remote listens on unless told otherwise. */
    public static final int DEFAULT_PORT = 2222;

    /** The agent on this machine. */
    public static final ServerAddress LOCALHOST = new ServerAddress(true, null, "localhost", DEFAULT_PORT);

    private static final int MAX_LENGTH = 400;
    private static final Pattern SHAPE = Pattern.compile("(?:ssh://)?"
            + "(?:(?<user>[A-Za-z0-9_][A-Za-z0-9._+-]{0,63})@)?"
            + "(?:\\[(?<ipv6>[0-9A-Fa-f:.]{2,45})\\]|(?<host>[A-Za-z0-9_][A-Za-z0-9._-]{0,252}))"
            + "(?::(?<port>[0-9]{1,5}))?/?");

    /** Reads what TINYSERV_REMOTE says; throws a usage problem that shows the forms. */
    public static ServerAddress parse(String text) {
        if (text.equals("localhost")) {
            return LOCALHOST;
        }
        ServerAddress address = parsed(text);
        if (address == null) {
            throw Problem.usage("TINYSERV_REMOTE=" + SafeText.quoted(text)
                    + " is no server: use user@server, user@server:2222, ssh://user@[2001:db8::1]:2222 or localhost");
        }
        return address;
    }

    /** The address that the text holds in the form for SSH, or null. */
    static @Nullable ServerAddress parsed(String text) {
        Matcher shape = SHAPE.matcher(text);
        if (text.length() > MAX_LENGTH || !shape.matches()) {
            return null;
        }
        String port = shape.group("port");
        int number = port == null ? DEFAULT_PORT : Integer.parseInt(port);
        String ipv6 = shape.group("ipv6");
        String host = ipv6 == null ? shape.group("host") : ipv6;
        boolean possible = number >= 1 && number <= 65535 && (ipv6 == null || ipv6.contains(":"));
        return possible ? new ServerAddress(false, shape.group("user"), host, number) : null;
    }

    /** What ssh calls it: {@code user@host}. */
    String login() {
        return user == null ? host : user + "@" + host;
    }

    /** The host and the port, as known_hosts has them: {@code [host]:2222}. */
    String knownHost() {
        return port == 22 ? host : "[" + host + "]:" + port;
    }

    /** The URL that git pushes an app to. */
    public String gitUrl(String app) {
        return "ssh://" + (user == null ? "" : user + "@") + this.hostAndPort() + "/" + app;
    }

    private String hostAndPort() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    /** How we name it to the user: {@code host:2222}, or localhost. */
    @Override
    public String toString() {
        return local ? host : hostAndPort();
    }
}
