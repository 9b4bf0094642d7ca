package dev.tinyserv.agent.doctor;

import dev.tinyserv.agent.app.Account;
import dev.tinyserv.agent.keys.AuthorizedKey;
import dev.tinyserv.agent.keys.AuthorizedKeys;
import dev.tinyserv.buildpacks.base.Refusal;
import java.util.List;

/** At least one key can log in, and every line of authorized_keys counts. */
final class KeyCheck implements Check {
    private static final int LEAST_RSA_BITS = 3072;
    private static final String ADD = "`tinyserv-remote keys:add NAME < id_ed25519.pub` adds one";

    @Override
    public void look(Patient patient, Findings findings) {
        AuthorizedKeys keys = patient.keys();
        String complaint = keys.complaint().orElse(null);
        if (complaint != null) {
            findings.problem("no key can log in: " + complaint, "until then use `tinyserv-remote` on the server");
            return;
        }
        try {
            lookAtLines(keys, findings);
            lookAtAccounts(keys.list(), findings);
        } catch (Refusal e) {
            findings.problem(e.getMessage(), "until then nobody can log in");
        }
    }

    private static void lookAtLines(AuthorizedKeys keys, Findings findings) {
        keys.skippedLines()
                .forEach((line, reason) -> findings.warning(
                        "line " + line + " of authorized_keys lets nobody in: " + reason,
                        "correct or delete the line"));
        keys.repeatedLines()
                .forEach(line -> findings.warning(
                        "line " + line + " of authorized_keys holds the key of an earlier line, which counts",
                        "delete one of them"));
        keys.shortRsaKeys(LEAST_RSA_BITS)
                .forEach(key -> findings.warning(
                        "the key '" + key.name() + "' is RSA with fewer than " + LEAST_RSA_BITS + " bits",
                        "have its owner make one with `ssh-keygen -t ed25519`"));
    }

    private static void lookAtAccounts(List<AuthorizedKey> all, Findings findings) {
        if (all.isEmpty()) {
            findings.warning("no key may log in, so nobody can push from another machine", ADD);
            return;
        }
        long admins =
                all.stream().filter(key -> key.role() == Account.Role.ADMIN).count();
        findings.ok(admins + " of admins, who may do everything; " + (all.size() - admins) + " of deployers");
    }
}
