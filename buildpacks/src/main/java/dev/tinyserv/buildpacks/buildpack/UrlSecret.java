package dev.tinyserv.buildpacks.buildpack;

import dev.tinyserv.buildpacks.base.Refusal;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A possible password or token in a URL for git. With ssh, a user's name alone is none. */
public final class UrlSecret {
    private static final Pattern WEB = Pattern.compile("(https?://)([^/@:]*)(?::([^/]*))?@([^/]+)(?:/.*)?");

    /** Git decodes a whole URL for ssh before it reads it, so that %3a ends the user's name, too, and %40 the password. */
    private static final String COLON = "(?::|%3[aA])";

    private static final String AT = "(?:@|%40)";
    private static final String USER = "(?:(?!%3[aA])[^/@:\\s])*";

    /** With ssh the user's name is needed, and no secret. */
    private static final Pattern IN_SSH =
            Pattern.compile("^((?:git\\+)?ssh(?:\\+git)?://" + USER + ")" + COLON + "[^/]*" + AT);

    private static final Pattern IN_URL = Pattern.compile("^((?!(?:git\\+)?ssh(?:\\+git)?:)[\\w+.-]+://)[^/]*" + AT);

    /** Git takes it for none, but it may be meant as one. */
    private static final Pattern IN_SCP_FORM =
            Pattern.compile("^(" + USER + ")" + COLON + "[^/@:]*" + AT + "(?=[^/@]*:)");

    /** Git asks it for one host only, and gets what stands in the environment, which other users cannot read. */
    private static final String HELPER = "!f() { test \"$1\" = get && printf 'username=%s\\npassword=%s\\n'"
            + " \"$TINYSERV_GIT_USER\" \"$TINYSERV_GIT_PASSWORD\"; }; f";

    private UrlSecret() {}

    /** The URL without the secret. */
    public static String removedFrom(String url) {
        String inSsh = IN_SSH.matcher(url).replaceFirst("$1@");
        String inUrl = IN_URL.matcher(inSsh).replaceFirst("$1");
        return IN_SCP_FORM.matcher(inUrl).replaceFirst("$1@");
    }

    /** Whether the URL has a possible secret. */
    public static boolean isIn(String url) {
        return !removedFrom(url).equals(url);
    }

    /**
     * The variables that give git the secret, when it is called with {@link #removedFrom the URL without it}.
     *
     * @param environment what git gets otherwise; settings that it passes on stay
     * @throws Refusal if the user or the password is malformed
     */
    static Map<String, String> variables(String url, Map<String, String> environment) {
        Matcher web = WEB.matcher(url);
        if (!web.matches()) {
            return Map.of();
        }
        int settings = count(environment.getOrDefault("GIT_CONFIG_COUNT", ""));
        Map<String, String> all = new TreeMap<>();
        all.put("GIT_CONFIG_COUNT", Integer.toString(settings + 1));
        all.put("GIT_CONFIG_KEY_" + settings, "credential." + web.group(1) + web.group(4) + ".helper");
        all.put("GIT_CONFIG_VALUE_" + settings, HELPER);
        all.put("TINYSERV_GIT_USER", decoded(web.group(2)));
        String password = web.group(3);
        all.put("TINYSERV_GIT_PASSWORD", password == null ? "" : decoded(password));
        return all;
    }

    private static int count(String text) {
        return text.matches("[0-9]{1,4}") ? Integer.parseInt(text) : 0;
    }

    private static String decoded(String part) {
        String text;
        try {
            text = URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new Refusal("the user or the password in a URL has a % that begins no escape: write %25", e);
        }
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw new Refusal("the user or the password in a URL has a control character");
        }
        return text;
    }
}
