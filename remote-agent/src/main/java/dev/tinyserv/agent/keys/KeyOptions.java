package dev.tinyserv.agent.keys;

import dev.tinyserv.agent.app.Account.Role;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.buildpacks.base.Refusal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The options in front of a key: {@code role="deployer",apps="a,b"}. Options of OpenSSH that grant or restrict what
 * does not exist here (forwarding, terminals) mean nothing. A line with an option that restricts what does exist, or
 * with an unknown option, is refused, so that no key may ever do more than its line says.
 *
 * @param role what the key may do
 * @param apps the apps of a deployer; empty for an admin
 */
record KeyOptions(Role role, Set<AppName> apps) {
    /** The options of a line without options. */
    static final KeyOptions NONE = new KeyOptions(Role.ADMIN, Set.of());

    private static final Set<String> WITHOUT_MEANING = Set.of(
            "agent-forwarding",
            "environment",
            "no-agent-forwarding",
            "no-port-forwarding",
            "no-pty",
            "no-touch-required",
            "no-user-rc",
            "no-x11-forwarding",
            "permitlisten",
            "permitopen",
            "port-forwarding",
            "pty",
            "restrict",
            "tunnel",
            "user-rc",
            "x11-forwarding");

    /** Parses options. Throws a {@link Refusal} with a reason that fits behind "because" if one is not understood. */
    static KeyOptions parse(String text) {
        Map<String, String> options = new HashMap<>();
        for (String option : splitAtCommas(text)) {
            int equals = option.indexOf('=');
            String name = (equals < 0 ? option : option.substring(0, equals)).toLowerCase(Locale.ROOT);
            if (WITHOUT_MEANING.contains(name)) {
                continue;
            }
            if (!name.equals("role") && !name.equals("apps")) {
                throw new Refusal("its option '" + Words.shown(name) + "' is not supported; leave it out if the key"
                        + " shall log in without it");
            }
            if (options.put(name, unquoted(name, equals < 0 ? "" : option.substring(equals + 1))) != null) {
                throw new Refusal("its option '" + name + "' stands there twice");
            }
        }
        return of(options.get("role"), options.get("apps"));
    }

    private static KeyOptions of(@Nullable String role, @Nullable String apps) {
        if (role == null && apps == null) {
            return NONE;
        }
        if (role != null && role.equals("admin")) {
            if (apps != null) {
                throw new Refusal("an admin's key cannot be restricted to apps; write role=\"deployer\"");
            }
            return NONE;
        }
        if (role == null || role.equals("deployer")) {
            // Apps restrict a key also without a role: whoever wrote them did not mean an admin.
            return new KeyOptions(Role.DEPLOYER, appNames(apps == null ? "" : apps));
        }
        throw new Refusal("its role '" + Words.shown(role) + "' is neither \"admin\" nor \"deployer\"");
    }

    /** The options as they stand in a line: empty for an admin, else with a space at their end. */
    static String written(Role role, Set<AppName> apps) {
        if (role == Role.ADMIN) {
            return "";
        }
        List<String> names = apps.stream().sorted().map(AppName::value).toList();
        return "role=\"deployer\",apps=\"" + String.join(",", names) + "\" ";
    }

    private static Set<AppName> appNames(String list) {
        Set<AppName> names = new LinkedHashSet<>();
        for (String name : list.split(",", -1)) {
            if (AppName.isValid(name.strip())) {
                names.add(new AppName(name.strip()));
            } else if (!list.isBlank()) {
                throw new Refusal("'" + Words.shown(name) + "' in its option 'apps' is no app name");
            }
        }
        return names;
    }

    private static String unquoted(String name, String value) {
        if (value.length() < 2 || !value.startsWith("\"") || value.indexOf('"', 1) != value.length() - 1) {
            throw new Refusal("the value of its option '" + name + "' is not in double quotes");
        }
        return value.substring(1, value.length() - 1);
    }

    private static List<String> splitAtCommas(String text) {
        List<String> options = new ArrayList<>();
        boolean quoted = false;
        int start = 0;
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '\\' && at + 1 < text.length() && text.charAt(at + 1) == '"') {
                at++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                options.add(text.substring(start, at));
                start = at + 1;
            }
        }
        if (quoted) {
            throw new Refusal("a double quote in its options is not closed");
        }
        options.add(text.substring(start));
        return options;
    }
}
