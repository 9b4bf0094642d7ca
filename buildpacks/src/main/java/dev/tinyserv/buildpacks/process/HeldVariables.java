package dev.tinyserv.buildpacks.process;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The variables of a program under other names, so that nothing that runs before it obeys them: a {@code PATH} or an
 * {@code LD_PRELOAD} would let it run what the program is to run with less rights. {@code first.sh} gives them back.
 */
final class HeldVariables {
    private static final String OURS = "TINYSERV_";
    private static final String PREFIX = "TINYSERV_VARIABLE_";
    private static final String NAMES = "TINYSERV_VARIABLES";

    /** Others cannot pass a shell. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /** Those that a shell keeps for itself, and that say how it reads what is behind them. */
    private static final Set<String> OF_SHELLS =
            Set.of("BASHOPTS", "BASH_VERSINFO", "IFS", "LINENO", "OPTIND", "PPID", "SHELLOPTS");

    private HeldVariables() {}

    /** An environment that holds this one; the marks by which processes are found stay what they are. */
    static Map<String, String> of(Map<String, String> environment) {
        Map<String, String> held = new TreeMap<>();
        Set<String> names = new TreeSet<>();
        environment.forEach((name, value) -> {
            if (name.startsWith(OURS)) {
                held.put(name, value);
            } else if (NAME.matcher(name).matches() && !OF_SHELLS.contains(name)) {
                held.put(PREFIX + name, value);
                names.add(name);
            }
        });
        held.put(NAMES, String.join(" ", names));
        return held;
    }
}
