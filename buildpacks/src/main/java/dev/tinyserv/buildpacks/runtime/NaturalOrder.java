package dev.tinyserv.buildpacks.runtime;

import java.util.Comparator;
import java.util.regex.Pattern;

/** Orders texts such as {@code rc9} and {@code rc10}: runs of digits count as numbers, all else by its characters. */
final class NaturalOrder implements Comparator<String> {
    private static final Pattern BETWEEN = Pattern.compile("(?<=\\d)(?=\\D)|(?<=\\D)(?=\\d)");

    @Override
    public int compare(String one, String other) {
        String[] some = BETWEEN.split(one, -1);
        String[] others = BETWEEN.split(other, -1);
        for (int i = 0; i < Math.min(some.length, others.length); i++) {
            int order = comparePart(some[i], others[i]);
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(some.length, others.length);
    }

    private static int comparePart(String one, String other) {
        boolean numbers = one.matches("\\d+") && other.matches("\\d+");
        return numbers
                ? new java.math.BigInteger(one).compareTo(new java.math.BigInteger(other))
                : one.compareTo(other);
    }
}
