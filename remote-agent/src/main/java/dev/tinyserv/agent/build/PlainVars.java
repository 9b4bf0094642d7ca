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
 * The config vars that are known to be no secrets. What is not known to be none stays one: the words, names and forms here
 * are those of configuration only, so that no password that somebody thinks of is among them. Booleans and small numbers
 * need no place here, because what is shorter than 8 bytes is no secret anyway; larger numbers are unknown values.
 */
final class PlainVars {
    private static final Pattern WORD = Pattern.compile(
            "(?:pre-?)?production|development|integration|acceptance|disabled|critical|verify-(?:ca|full)");

    private static final String LOCALE =
            "(?:C|POSIX|[a-z]{2,3}(?:_[A-Z]{2})?)(?:\\.(?:UTF-?8|utf-?8|ISO-?8859-\\d{1,2}))?(?:@[a-z]{4,8})?";

    /** Names, and what a value has to look like besides: a password under such a name is none of these mostly. */
    private static final Map<Pattern, Pattern> FORMS = Map.of(
            Pattern.compile("(?:NODE|RAILS|RACK|APP|FLASK|DJANGO|DENO)_ENV|SPRING_PROFILES_ACTIVE"),
            Pattern.compile("[A-Za-z]+(?:[-_,][a-z0-9]{1,8})*"),
            Pattern.compile("LANG|LC_ALL|LC_CTYPE"),
            Pattern.compile(LOCALE),
            Pattern.compile("LANGUAGE"),
            Pattern.compile(LOCALE + "(?::" + LOCALE + ")*"));

    /** A name that tells of a secret: no word is one of configuration there. */
    private static final Pattern SECRET_NAME =
            Pattern.compile(".*(?:PASS|PWD|SECRET|TOKEN|CREDENTIAL).*|.*KEYS?", Pattern.CASE_INSENSITIVE);

    /** A name that tells of an address, be it that of a secret. */
    private static final Pattern ADDRESS_NAME = Pattern.compile(".*_(?:URL|URI|ENDPOINT)", Pattern.CASE_INSENSITIVE);

    private static final Set<String> ZONES = ZoneId.getAvailableZoneIds();

    private final Set<String> shown;

    /**
     * These, and others that somebody named.
     *
     * @param shown the names of config vars whose values anybody may read
     */
    PlainVars(Collection<String> shown) {
        this.shown = new HashSet<>(shown);
    }

    /** The config vars without them. */
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
