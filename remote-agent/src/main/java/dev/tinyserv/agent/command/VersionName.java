package dev.tinyserv.agent.command;

import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the name of a release as people type it: {@code v7} or {@code 7}. */
final class VersionName {
    private static final Pattern VALID = Pattern.compile("v?([1-9][0-9]{0,8})");

    private VersionName() {}

    static int parse(String text) {
        Matcher name = VALID.matcher(text);
        if (!name.matches()) {
            throw Refusal.usage("'" + Printable.shortened(text, 20) + "' is no release; say for example v7");
        }
        return Integer.parseInt(name.group(1));
    }
}
