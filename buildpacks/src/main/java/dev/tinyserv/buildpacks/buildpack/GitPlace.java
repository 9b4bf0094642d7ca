package dev.tinyserv.buildpacks.buildpack;

import java.util.regex.Pattern;

/**
 * What git can fetch from over a network: {@code https://…}, {@code ssh://…} or {@code user@host:…}. Neither user nor
 * host begins with a dash, which git or ssh would take for an option.
 */
public final class GitPlace {
    private static final String NAME = "[A-Za-z0-9][\\w.-]*";
    private static final String REST = "[^\\s\\p{Cntrl}]*";

    /** An address of IPv6 stands in brackets. */
    private static final Pattern URL = Pattern.compile("(?:https?|ssh)://(?:[A-Za-z0-9_%:][^\\s\\p{Cntrl}/]*@)?"
            + "(?:[A-Za-z0-9]|\\[[0-9A-Fa-f:]+\\])[^\\s\\p{Cntrl}/@]*(?:/" + REST + ")?");

    private static final Pattern SCP_FORM = Pattern.compile(NAME + "@" + NAME + ":(?!-)" + REST);

    private GitPlace() {}

    /** Whether this text is one. */
    public static boolean isRemote(String text) {
        return URL.matcher(text).matches() || SCP_FORM.matcher(text).matches();
    }
}
