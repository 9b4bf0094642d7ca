package dev.tinyserv.buildpacks.buildpack;

import java.util.regex.Pattern;

/**
 * The URLs from which git can fetch over a network: {@code https://…}, {@code ssh://…} or {@code user@host:…}. For ssh,
 * user and host begin with a letter or a digit, also in percent escapes, which git decodes: ssh would take a dash for
 * an option.
 */
public final class GitPlace {
    private static final String NAME = "[A-Za-z0-9][\\w.-]*";
    private static final String REST = "[^\\s\\p{Cntrl}]*";

    /** An address of IPv6 stands in brackets. */
    private static final String FIRST_OF_HOST = "(?:[A-Za-z0-9]|\\[[0-9A-Fa-f:]+\\])";

    private static final Pattern HTTP_URL = Pattern.compile("https?://(?:[A-Za-z0-9_%:][^\\s\\p{Cntrl}/]*@)?"
            + FIRST_OF_HOST + "[^\\s\\p{Cntrl}/@]*(?:/" + REST + ")?");

    /** What percent signs stand for in it is neither a control character nor part of the host. */
    private static final Pattern SSH_URL =
            Pattern.compile("ssh://(?:[A-Za-z0-9](?:[^\\s\\p{Cntrl}/%@]|%[2-6][0-9A-Fa-f]|%7[0-9A-Ea-e])*@)?"
                    + FIRST_OF_HOST + "[^\\s\\p{Cntrl}/@%]*(?:/" + REST + ")?");

    private static final Pattern SCP_FORM = Pattern.compile(NAME + "@" + NAME + ":(?!-)" + REST);

    private GitPlace() {}

    /** Whether the text is such a URL. */
    public static boolean isRemote(String text) {
        return HTTP_URL.matcher(text).matches()
                || SSH_URL.matcher(text).matches()
                || SCP_FORM.matcher(text).matches();
    }
}
