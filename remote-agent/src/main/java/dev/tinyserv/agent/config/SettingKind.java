package dev.tinyserv.agent.config;

import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
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
 * How the text of a setting becomes a value. The kinds here have no state, so several threads may use them.
 *
 * @param <T> the type of the value
 * @param parser makes the value of the text, which has no white space at its ends; throws a {@link Refusal} with what
 *     is expected, in words that fit behind "expected"
 */
public record SettingKind<T>(Function<String, T> parser) {
    private static final Pattern AMOUNT = Pattern.compile("(\\d{1,9})\\s*([a-z]*)");
    private static final Pattern DIGITS_AND_DOTS = Pattern.compile("[0-9.]+");
    private static final Pattern HOST_NAME = Pattern.compile("[a-zA-Z0-9]([a-zA-Z0-9.-]{0,251}[a-zA-Z0-9])?");
    private static final Pattern RANGE = Pattern.compile("(\\d{1,5})-(\\d{1,5})");

    /** A port from 1 to 65535. */
    public static final SettingKind<Integer> PORT =
            new SettingKind<>(text -> number(text, 1, 65535, "a port from 1 to 65535"));

    /** A range of ports from 1 to 65535 such as 20000-29999, whose first port is not above the last. */
    public static final SettingKind<PortRange> PORTS = new SettingKind<>(SettingKind::range);

    /**
     * A size in bytes, of at most nine digits. A k, m or g behind the digits, or kb, mb or gb, in either case, means
     * 1024, 1024² or 1024³ bytes.
     */
    public static final SettingKind<Long> SIZE = new SettingKind<>(SettingKind::bytes);

    /** A time such as 500ms, 30s, 15m, 1h or 2d: at most nine digits and a unit. */
    public static final SettingKind<Duration> TIME = new SettingKind<>(SettingKind::duration);

    /** Addresses and networks with commas or white space between them, or {@code none}; empty for an empty text. */
    public static final SettingKind<Optional<Networks>> NETWORKS =
            new SettingKind<>(text -> text.isEmpty() ? Optional.empty() : Optional.of(Networks.parse(text)));

    /** A whole number from 1 to {@code most}. */
    public static SettingKind<Integer> upTo(int most) {
        return new SettingKind<>(text -> number(text, 1, most, "a whole number from 1 to " + most));
    }

    /** A {@link #SIZE} that is not less than {@code least}, which is the text of a size itself. */
    public static SettingKind<Long> atLeast(String least) {
        return new SettingKind<>(text -> {
            long size = bytes(text);
            if (size < bytes(least)) {
                throw new Refusal("at least " + least);
            }
            return size;
        });
    }

    /** The address or name of a machine, or the text {@code other}, which may be empty. No name is looked up. */
    public static SettingKind<String> hostOr(String other) {
        return new SettingKind<>(text -> {
            if (!text.equals(other) && !isHost(text)) {
                throw new Refusal("an address such as 127.0.0.1 or ::1, or the name of a machine");
            }
            return text;
        });
    }

    /** One of these words, which are in lower case. The text may be in any case; the value is in lower case. */
    public static SettingKind<String> oneOf(String... words) {
        return new SettingKind<>(text -> {
            String word = text.toLowerCase(Locale.ROOT);
            if (!List.of(words).contains(word)) {
                throw new Refusal("one of " + String.join(", ", words));
            }
            return word;
        });
    }

    private static boolean isHost(String text) {
        if (text.indexOf(':') < 0) {
            return DIGITS_AND_DOTS.matcher(text).matches()
                    ? Networks.isAddress(text)
                    : HOST_NAME.matcher(text).matches();
        }
        try {
            // Java looks up no name that has a colon. No socket can be bound to all addresses of one interface.
            return InetAddress.getByName(text) instanceof Inet6Address address
                    && !(address.isAnyLocalAddress() && text.indexOf('%') >= 0);
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** Whether the text can stand in scripts, logs and units as it is. */
    static boolean isPathName(String text) {
        return text.equals(text.strip())
                && text.chars().noneMatch(Character::isISOControl)
                && Printable.escaped(text).equals(text);
    }

    private static PortRange range(String text) {
        String expected = "a range such as 20000-29999";
        Matcher range = RANGE.matcher(text);
        if (!range.matches()) {
            throw new Refusal(expected);
        }
        int first = number(range.group(1), 1, 65535, expected);
        return new PortRange(first, number(range.group(2), first, 65535, expected));
    }

    private static long bytes(String text) {
        Matcher size = AMOUNT.matcher(text.toLowerCase(Locale.ROOT));
        int shift = !size.matches()
                ? -1
                : switch (size.group(2)) {
                    case "" -> 0;
                    case "k", "kb" -> 10;
                    case "m", "mb" -> 20;
                    case "g", "gb" -> 30;
                    default -> -1;
                };
        if (shift < 0) {
            throw new Refusal("a size such as 500k, 10m or 2g");
        }
        return Long.parseLong(size.group(1)) << shift;
    }

    private static Duration duration(String text) {
        Matcher time = AMOUNT.matcher(text.toLowerCase(Locale.ROOT));
        String unit = time.matches() ? time.group(2) : "";
        long amount = unit.isEmpty() ? 0 : Long.parseLong(time.group(1));
        return switch (unit) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            case "d" -> Duration.ofDays(amount);
            default -> throw new Refusal("a time such as 500ms, 30s, 15m, 1h or 2d");
        };
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
