package dev.tinyserv.cli.remote;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Explains complaints of ssh, with a remedy. Knows the texts of OpenSSH 7 to 10. */
final class SshFailure {
    private static final Pattern OFFENDING = Pattern.compile("Offending (?:[A-Za-z0-9-]+ )?key in ([^\\n]+):[0-9]+");

    private SshFailure() {}

    static String explained(
            String complaints, @Nullable String fingerprint, ServerAddress server, boolean serverSpoke) {
        String place = server.toString();
        if (serverSpoke) {
            return "the connection to " + place + " was lost: look with `tinyserv releases` what was done, then try"
                    + " again";
        }
        if (complaints.contains("IDENTIFICATION HAS CHANGED")) {
            return "the host key of " + place + " has changed"
                    + (fingerprint == null ? "" : " to " + fingerprint)
                    + ": if the server was re-installed run `ssh-keygen -R '" + server.knownHost() + "'"
                    + knownHostsFile(complaints) + "`";
        }
        if (complaints.contains("Host key verification failed") || complaints.contains("host key is known")) {
            return "the host key of " + place + " is not known here: run `ssh " + server.portOption() + server.login()
                    + " help` once and compare its fingerprint with the server's";
        }
        if (complaints.contains("Permission denied")) {
            return "the server does not know your key: on the server run"
                    + " `tinyserv-remote keys:add NAME < id_ed25519.pub`; `tinyserv-remote keys` there tells if none counts";
        }
        return unreached(complaints, server, place);
    }

    /** The option that names the file in which ssh found the old key; without it ssh-keygen looks in the usual one only. */
    private static String knownHostsFile(String complaints) {
        Matcher offending = OFFENDING.matcher(complaints);
        return offending.find() ? " -f '" + offending.group(1) + "'" : "";
    }

    private static String unreached(String complaints, ServerAddress server, String place) {
        if (complaints.contains("Could not resolve hostname")) {
            return "unknown host " + server.host() + ": check TINYSERV_REMOTE or `git remote -v`, and your network";
        }
        if (complaints.contains("refused")) {
            return "cannot reach " + place + ": is tinyserv-remote running there?";
        }
        if (complaints.contains("timed out") || complaints.contains("Timeout,")) {
            return "cannot reach " + place + ": no answer within 10 s; check the address, the network and the firewall";
        }
        if (complaints.contains("No route to host") || complaints.contains("unreachable")) {
            return "cannot reach " + place + ": there is no way to that network; check the address and your network";
        }
        if (complaints.contains("Unable to negotiate")) {
            return place + " and your ssh have no cipher in common: update OpenSSH here";
        }
        return "no connection to " + place + ": is tinyserv-remote running there? `ssh -v " + server.portOption()
                + server.login() + " help` tells more";
    }
}
