package dev.tinyserv.agent.config;

import java.util.Optional;

/** Where the server lies and where it is reached: what all parts of it go by. */
public record ServerSettings(
        Layout layout,
        int startPort,
        int sshPort,
        BindAddress bind,
        Optional<Networks> proxies,
        PortRange instancePorts,
        String host) {
    /** Declares and reads them. */
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

    /** The proxies whose word on a request's client is handed on; may look a name up. */
    public Networks trustedProxies() {
        return proxies.orElseGet(() -> bind.isLoopback() ? Networks.LOOPBACK : Networks.NONE);
    }

    private static void checkTogether(SettingsReader settings, PortRange instancePorts, String name, int port) {
        if (instancePorts.contains(port)) {
            settings.problem(name + "=" + port + " lies in TINYSERV_INSTANCE_PORTS: move one of them");
        }
    }

    /**
     * The URL of a stable port.
     *
     * @param address the address that the client used, {@code localhost} on the server itself; what {@link #host} says wins
     *     over it
     */
    public String urlOf(int port, String address) {
        String name = host.isEmpty() ? reachable(address) : host;
        return "http://" + (name.indexOf(':') >= 0 ? "[" + name + "]" : name) + ":" + port;
    }

    /** Who uses the server's own command reaches no port at localhost if the ports are bound to another address. */
    private String reachable(String address) {
        return address.equals("localhost") && !bind.isReachedAtLocalhost() ? bind.text() : address;
    }
}
