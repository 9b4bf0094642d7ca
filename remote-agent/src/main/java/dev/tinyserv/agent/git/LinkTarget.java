package dev.tinyserv.agent.git;

import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;

/**
 * The rule for symbolic links: relative, first at most as many {@code ..} as the link lies deep, then names only. A
 * {@code ..} behind a name is refused, because that name may be a link itself. With this rule no chain of links leads
 * out of the tree.
 */
final class LinkTarget {
    static final int MAX_BYTES = 4095;

    private LinkTarget() {}

    static void check(String link, String target) {
        if (target.isEmpty() || target.indexOf('\0') >= 0 || target.startsWith("/")) {
            throw refusal(link, target);
        }
        int depth = (int) link.chars().filter(c -> c == '/').count();
        boolean named = false;
        for (String part : target.split("/", -1)) {
            if (part.equals("..")) {
                depth--;
                if (named || depth < 0) {
                    throw refusal(link, target);
                }
            } else if (!part.isEmpty() && !part.equals(".")) {
                named = true;
            }
        }
    }

    static Refusal refusal(String link, String target) {
        return new Refusal("the link " + Printable.shortened(link, 120) + " -> " + Printable.shortened(target, 120)
                + " may lead out of the app's folder; make it relative, with any '..' first");
    }
}
