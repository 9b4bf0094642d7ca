package dev.tinyserv.agent.build;

import dev.tinyserv.agent.app.ConfigVars;
import java.time.ZoneId;
import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Knows the config vars that are no secrets. All others count as secrets. So the words, names and forms here are only
 * those of configuration, and no password that somebody thinks of is among them. Booleans and small numbers are not
 * listed, because a value of fewer than 8 bytes is no secret anyway; a larger number may be one.
 */
final class PlainVars {
    private static final Pattern WORD = Pattern.compile(
            "(?:pre-?)?production|development|integration|acceptance|disabled|critical|verify-(?:ca|full)");

    private static final String LOCALE =
            "(?:C|POSIX|[a-z]{2,3}(?:_[A-Z]{2})?)(?:\\.(?:UTF-?8|utf-?8|ISO-?8859-\\d{1,2}))?(?:@[a-z]{4,8})?";

    /** Names, and the form that their values must have besides, which a password under such a name seldom has. */
    private static final Map<Pattern, Pattern> FORMS = Map.of(
            Pattern.compile("(?:NODE|RAILS|RACK|APP|FLASK|DJANGO|DENO)_ENV|SPRING_PROFILES_ACTIVE"),
            Pattern.compile("[A-Za-z]+(?:[-_,][a-z0-9]{1,8})*"),
            Pattern.compile("LANG|LC_ALL|LC_CTYPE"),
            Pattern.compile(LOCALE),
            Pattern.compile("LANGUAGE"),
            Pattern.compile(LOCALE + "(?::" + LOCALE + ")*"));

    /** A name of a secret: under it, a word of configuration counts as a secret, too. */
    private static final Pattern SECRET_NAME =
            Pattern.compile(".*(?:PASS|PWD|SECRET|TOKEN|CREDENTIAL).*|.*KEYS?", Pattern.CASE_INSENSITIVE);

    /** A name of an address, such as {@code TOKEN_URL}, though it is a name of a secret, too. */
    private static final Pattern ADDRESS_NAME = Pattern.compile(".*_(?:URL|URI|ENDPOINT)", Pattern.CASE_INSENSITIVE);

    private static final Set<String> ZONES = ZoneId.getAvailableZoneIds();

    private final Set<String> shown;

    /**
     * Knows also the names that somebody has declared to be no secrets.
     *
     * @param shown the names of config vars whose values anybody may read
     */
    PlainVars(Collection<String> shown) {
        this.shown = new HashSet<>(shown);
    }

    /** The config vars without those that are no secrets. */
    ConfigVars removedFrom(ConfigVars vars) {
        return vars.without(vars.asMap().entrySet().stream()
                .filter(each -> contains(each.getKey(), each.getValue().strip()))
                .map(Map.Entry::getKey)
                .toList());
    }

    private boolean contains(String name, String value) {
        if (shown.contains(name)) {
            return true;
        }
        if (SECRET_NAME.matcher(name).matches()) {
            return ADDRESS_NAME.matcher(name).matches() && PlainAddress.isUrlOfHost(value);
        }
        return PlainAddress.isUrl(value)
                || WORD.matcher(value.toLowerCase(Locale.ROOT)).matches()
                || PlainAddress.isHost(value)
                || FORMS.entrySet().stream()
                        .anyMatch(form -> form.getKey().matcher(name).matches()
                                && form.getValue().matcher(value).matches())
                || (name.equals("TZ") && ZONES.contains(value));
    }
}
