package dev.tinyserv.agent.app;

import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A key of {@link TypeSettings} as people set it: {@link #ALL} is the one table of them.
 *
 * @param name such as {@code surge}
 * @param values what it may be, such as {@code on|off}
 * @param show its value as {@code set} takes it
 * @param set the settings with another value; an empty one is the default. Throws a {@link Refusal} for a wrong one
 */
public record TypeKey(
        String name,
        String values,
        Function<TypeSettings, String> show,
        BiFunction<TypeSettings, String, TypeSettings> set) {
    private static final Pattern COUNT = Pattern.compile("[1-9][0-9]{0,2}");

    /** All keys, in the order in which they are shown. */
    public static final List<TypeKey> ALL = List.of(
            new TypeKey(
                    "surge",
                    "K|all",
                    settings ->
                            settings.surge() == null ? "all" : settings.surge().toString(),
                    TypeKey::surge),
            new TypeKey(
                    "exclusive",
                    "on|off",
                    settings -> onOrOff(settings.exclusive()),
                    (settings, value) -> settings.withExclusive(isOn("exclusive", value))));

    /** The change that a word such as {@code surge=2} means; throws a {@link Refusal} for any other word. */
    public static UnaryOperator<TypeSettings> change(String word) {
        int equals = word.indexOf('=');
        String name = equals < 0 ? word : word.substring(0, equals);
        TypeKey key = ALL.stream()
                .filter(each -> equals > 0 && each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> Refusal.usage("'" + Printable.shortened(word, 60)
                        + "' is no setting of a process type; there are " + allowed()));
        String value = word.substring(equals + 1);
        return settings -> key.set().apply(settings, value);
    }

    /** All keys with what they may be, such as {@code surge=K|all, exclusive=on|off}. */
    public static String allowed() {
        return ALL.stream().map(key -> key.name() + "=" + key.values()).collect(Collectors.joining(", "));
    }

    private static TypeSettings surge(TypeSettings settings, String value) {
        if (value.isEmpty() || value.equals("all")) {
            return settings.withSurge(null);
        }
        if (!COUNT.matcher(value).matches()) {
            throw wrong("surge", "a number from 1 to 999, or 'all'", value);
        }
        return settings.withSurge(Integer.valueOf(value));
    }

    private static String onOrOff(boolean on) {
        return on ? "on" : "off";
    }

    private static boolean isOn(String name, String value) {
        if (!List.of("on", "off", "").contains(value)) {
            throw wrong(name, "'on' or 'off'", value);
        }
        return value.equals("on");
    }

    private static Refusal wrong(String name, String expected, String value) {
        return Refusal.usage(name + " is " + expected + ", not '" + Printable.shortened(value, 40) + "'");
    }
}
