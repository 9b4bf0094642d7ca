package dev.tinyserv.agent.config;

import java.util.Optional;

/**
 * The settings of the server as a whole: where its files lie, where it listens, and at which name clients reach it.
 *
 * @param layout the paths under TINYSERV_ROOT
 * @param startPort the stable port of the first app
 * @param sshPort the port of SSH and git
 * @param bind the addresses that SSH and the stable ports listen on
 * @param proxies what {@code TINYSERV_TRUSTED_PROXIES} says; empty if the setting is not set
 * @param instancePorts the private ports of processes
 * @param host the name in printed URLs; the empty text if {@code TINYSERV_HOST} is not set
 */
public record ServerSettings(
        Layout layout,
        int startPort,
        int sshPort,
        BindAddress bind,
        Optional<Networks> proxies,
        PortRange instancePorts,
        String host) {
    /** Declares the settings and reads them. A port that lies among the instance ports is a problem of the reading. */
    public static ServerSettings read(SettingsReader settings) {
        int startPort = settings.read(
                "TINYSERV_START_PORT",
                SettingKind.PORT,
                "5000",
                "The stable port of the first app; the next apps count up.");
        int sshPort = settings.read("TINYSERV_SSH_PORT", SettingKind.PORT, "2222", "Where SSH and git are served.");
        BindAddress bind = new BindAddress(settings.read(
                "TINYSERV_BIND",
                SettingKind.hostOr(BindAddress.EVERYWHERE),
                BindAddress.EVERYWHERE,
                "The address that SSH and the apps' stable ports listen on: * or :: for all, of both families where"
                        + " there is IPv6; 0.0.0.0 for all of IPv4 and none of IPv6."));
        Optional<Networks> proxies = settings.read(
                "TINYSERV_TRUSTED_PROXIES",
                SettingKind.NETWORKS,
                "",
                "Addresses and networks of proxies before tinyserv, such as 10.0.0.0/8,fd00::1: what they say of a"
                        + " request's client is handed on. By default loopback if TINYSERV_BIND is a loopback"
                        + " address, else none.");
        PortRange instancePorts = settings.read(
                "TINYSERV_INSTANCE_PORTS",
                SettingKind.PORTS,
                "20000-29999",
                "Private ports, given to processes as PORT.");
        String host = settings.read(
                "TINYSERV_HOST",
                SettingKind.hostOr(""),
                "",
                "The name in printed URLs; by default the address that the client used.");
        String reserved = "Reserved for host names; nothing listens on it yet.";
        settings.read("TINYSERV_HTTP_PORT", SettingKind.PORT, "80", reserved);
        settings.read("TINYSERV_HTTPS_PORT", SettingKind.PORT, "443", reserved);
        checkTogether(settings, instancePorts, "TINYSERV_START_PORT", startPort);
        checkTogether(settings, instancePorts, "TINYSERV_SSH_PORT", sshPort);
        return new ServerSettings(settings.layout(), startPort, sshPort, bind, proxies, instancePorts, host);
    }

    /**
     * The proxies whose word on a request's client is passed on to apps. If the setting is not set, these are the
     * loopback addresses for a server that listens on a loopback address, else none. May look up a name in
     * {@code TINYSERV_BIND}, which can block.
     */
    public Networks trustedProxies() {
        return proxies.orElseGet(() -> bind.isLoopback() ? Networks.LOOPBACK : Networks.NONE);
    }

    private static void checkTogether(SettingsReader settings, PortRange instancePorts, String name, int port) {
        if (instancePorts.contains(port)) {
            settings.problem(name + "=" + port + " lies in TINYSERV_INSTANCE_PORTS: move one of them");
        }
    }

    /**
     * The URL of a stable port, with http.
     *
     * @param port the stable port
     * @param address the address of the server that the client used, {@code localhost} on the server itself; the name
     *     in {@code TINYSERV_HOST} wins over it
     */
    public String urlOf(int port, String address) {
        String name = host.isEmpty() ? reachable(address) : host;
        return "http://" + (name.indexOf(':') >= 0 ? "[" + name + "]" : name) + ":" + port;
    }

    /** A user of the server's own command is told the bound address if no port can be reached at localhost. */
    private String reachable(String address) {
        return address.equals("localhost") && !bind.isReachedAtLocalhost() ? bind.text() : address;
    }
}
