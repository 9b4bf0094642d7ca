package dev.tinyserv.agent.config;

import dev.tinyserv.agent.app.Printable;
import dev.tinyserv.buildpacks.Refusal;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One setting, defined once: what docs/settings.md and {@code tinyserv-remote settings} say comes from here.
 *
 * @param name the variable, or the key in settings.properties
 * @param defaultText what holds when nobody says anything; empty for none
 * @param meaning one sentence
 * @param parser turns text into the value; throws a {@link Refusal} that says what is expected
 */
record Setting<T>(String name, String defaultText, String meaning, Function<String, T> parser) {
    private static final Pattern SIZE = Pattern.compile("(\\d{1,9})\\s*(|k|kb|m|mb|g|gb)");
    private static final Pattern TIME = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|h|d)");
    private static final Pattern DIGITS_AND_DOTS = Pattern.compile("[0-9.]+");
    private static final Pattern IPV4 = Pattern.compile("((25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(?!$)|$)){4}");
    private static final Pattern HOST_NAME = Pattern.compile("[a-zA-Z0-9]([a-zA-Z0-9.-]{0,251}[a-zA-Z0-9])?");
    private static final Pattern RANGE = Pattern.compile("(\\d{1,5})-(\\d{1,5})");

    private static boolean isHost(String text) {
        if (text.indexOf(':') < 0) {
            return DIGITS_AND_DOTS.matcher(text).matches()
                    ? IPV4.matcher(text).matches()
                    : HOST_NAME.matcher(text).matches();
        }
        try {
            // With a colon in it nobody is asked for a name. Of one interface all addresses cannot be had.
            return InetAddress.getByName(text) instanceof Inet6Address address
                    && !(address.isAnyLocalAddress() && text.indexOf('%') >= 0);
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** Whether it is an address of IPv4 or IPv6 in digits; nobody is asked for a name. */
    static boolean isAddress(String text) {
        try {
            return text.indexOf(':') < 0
                    ? IPV4.matcher(text).matches()
                    : InetAddress.getByName(text).getAddress().length > 0;
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** The path of a folder; also nothing, where nothing is the default. */
    static Setting<String> path(String name, String defaultText, String meaning) {
        return new Setting<>(name, defaultText, meaning, text -> {
            if (!text.equals(defaultText) && !isPathName(text)) {
                throw new Refusal("an absolute path without control characters");
            }
            return text;
        });
    }

    /** Whether the text can stand in scripts, logs and units as it is. */
    static boolean isPathName(String text) {
        return text.equals(text.strip())
                && text.chars().noneMatch(Character::isISOControl)
                && Printable.escaped(text).equals(text);
    }

    /** The address or name of a machine; also nothing, where nothing is the default. */
    static Setting<String> host(String name, String defaultText, String meaning) {
        return new Setting<>(name, defaultText, meaning, text -> {
            if (!text.equals(defaultText) && !isHost(text)) {
                throw new Refusal("an address such as 127.0.0.1 or ::1, or the name of a machine");
            }
            return text;
        });
    }

    /** Addresses and networks; empty where nothing is said. */
    static Setting<Optional<Networks>> networks(String name, String meaning) {
        return new Setting<>(
                name, "", meaning, text -> text.isEmpty() ? Optional.empty() : Optional.of(Networks.parse(text)));
    }

    static Setting<String> oneOf(String name, String defaultText, List<String> words, String meaning) {
        return new Setting<>(name, defaultText, meaning, text -> {
            String word = text.toLowerCase(Locale.ROOT);
            if (!words.contains(word)) {
                throw new Refusal("one of " + String.join(", ", words));
            }
            return word;
        });
    }

    static Setting<Integer> port(String name, String defaultText, String meaning) {
        return new Setting<>(name, defaultText, meaning, text -> number(text, 1, 65535, "a port from 1 to 65535"));
    }

    static Setting<Integer> count(String name, int byDefault, int max, String meaning) {
        return new Setting<>(
                name,
                Integer.toString(byDefault),
                meaning,
                text -> number(text, 1, max, "a whole number from 1 to " + max));
    }

    static Setting<PortRange> ports(String name, String defaultText, String meaning) {
        return new Setting<>(name, defaultText, meaning, text -> {
            String expected = "a range such as 20000-29999";
            Matcher range = RANGE.matcher(text);
            if (!range.matches()) {
                throw new Refusal(expected);
            }
            int first = number(range.group(1), 1, 65535, expected);
            int last = number(range.group(2), first, 65535, expected);
            return new PortRange(first, last);
        });
    }

    static Setting<Long> size(String name, String defaultText, String meaning) {
        return new Setting<>(name, defaultText, meaning, Setting::bytes);
    }

    static Setting<Long> sizeOfAtLeast(String least, String name, String defaultText, String meaning) {
        return new Setting<>(name, defaultText, meaning, text -> {
            long size = bytes(text);
            if (size < bytes(least)) {
                throw new Refusal("at least " + least);
            }
            return size;
        });
    }

    private static long bytes(String text) {
        Matcher size = SIZE.matcher(text.toLowerCase(Locale.ROOT));
        if (!size.matches()) {
            throw new Refusal("a size such as 500k, 10m or 2g");
        }
        long unit = switch (size.group(2)) {
            case "k", "kb" -> 1L << 10;
            case "m", "mb" -> 1L << 20;
            case "g", "gb" -> 1L << 30;
            default -> 1L;
        };
        return Long.parseLong(size.group(1)) * unit;
    }

    static Setting<Duration> time(String name, String defaultText, String meaning) {
        return new Setting<>(name, defaultText, meaning, text -> {
            Matcher time = TIME.matcher(text.toLowerCase(Locale.ROOT));
            if (!time.matches()) {
                throw new Refusal("a time such as 500ms, 30s, 15m or 1h");
            }
            long amount = Long.parseLong(time.group(1));
            return switch (time.group(2)) {
                case "ms" -> Duration.ofMillis(amount);
                case "s" -> Duration.ofSeconds(amount);
                case "m" -> Duration.ofMinutes(amount);
                case "h" -> Duration.ofHours(amount);
                default -> Duration.ofDays(amount);
            };
        });
    }

    private static int number(String text, int min, int max, String expected) {
        try {
            int number = Integer.parseInt(text);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new Refusal(expected, e);
        }
        throw new Refusal(expected);
    }
}
