package dev.tinyserv.buildpacks.buildpack;

/** What may be a password or a token in a URL for git; with ssh a user's name alone is none. */
public final class UrlSecret {
    private UrlSecret() {}

    /** The URL without it. */
    public static String removedFrom(String url) {
        return url.startsWith("ssh://")
                ? url.replaceFirst("^(ssh://[^/@:]*):[^/]*@", "$1@")
                : url.replaceFirst("^(\\w+://)[^/]*@", "$1");
    }

    /** Whether there is any. */
    public static boolean isIn(String url) {
        return !removedFrom(url).equals(url);
    }
}
