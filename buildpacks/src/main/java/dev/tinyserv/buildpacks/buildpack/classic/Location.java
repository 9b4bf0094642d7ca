package dev.tinyserv.buildpacks.buildpack.classic;

import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.buildpack.GitPlace;
import dev.tinyserv.buildpacks.buildpack.UrlSecret;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a buildpack is.
 *
 * @param place an absolute folder of the server, or what git can fetch from
 * @param ref the branch, tag or commit; {@code HEAD} if none is named
 */
record Location(String place, String ref) {
    private static final int MAX_LENGTH = 500;
    private static final String HEAD = "HEAD";
    private static final Pattern REF = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._/-]{0,99}");
    private static final Pattern SHORT_COMMIT = Pattern.compile("[0-9a-f]{4,39}");

    /**
     * Reads what a user wrote.
     *
     * @return empty if it is neither a URL nor a folder
     * @throws Refusal if it is one of them, but cannot be used
     */
    static Optional<Location> parse(String text) {
        String[] parts = text.split("#", 2);
        String place = parts[0];
        boolean folder = place.startsWith("/");
        if (!folder && !GitPlace.isRemote(place)) {
            return Optional.empty();
        }
        if (UrlSecret.isIn(place)) {
            throw new Refusal(
                    "a buildpack's URL with a password or a token would be shown to all who may see the app: use ssh,"
                            + " or a folder on the server");
        }
        String shown = Printable.excerpt(text, 80);
        if (text.length() > MAX_LENGTH) {
            throw new Refusal("the buildpack's place is longer than " + MAX_LENGTH + " characters: " + shown);
        }
        String ref = parts.length > 1 ? parts[1] : HEAD;
        if (!REF.matcher(ref).matches() || ref.contains("..")) {
            throw new Refusal("the buildpack " + shown + " names no branch, tag or commit behind '#'");
        }
        return Optional.of(new Location(place, ref));
    }

    /** Whether it names what may be the beginning of a commit's id; servers of git know no such names. */
    boolean isShortCommit() {
        return SHORT_COMMIT.matcher(ref).matches();
    }

    boolean isFolder() {
        return place.startsWith("/");
    }

    /** As users write it. */
    @Override
    public String toString() {
        return ref.equals(HEAD) ? place : place + "#" + ref;
    }
}
