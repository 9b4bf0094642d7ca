package dev.tinyserv.agent.git;

import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.source.SourceText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.eclipse.jgit.errors.InvalidPatternException;
import org.eclipse.jgit.fnmatch.FileNameMatcher;
import org.eclipse.jgit.ignore.FastIgnoreRule;
import org.eclipse.jgit.ignore.IgnoreNode;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.FileMode;

/**
 * Passes on the entries of a tree that its {@code .slugignore} does not name. The patterns are those of a {@code
 * .gitignore}; all below a named folder is left out, too.
 */
final class SlugIgnore implements TreeEntries.Visitor {
    static final String NAME = ".slugignore";
    static final int MAX_BYTES = 64 * 1024;

    private static final int MOST_RULES = 1000;
    private static final int LONGEST_RULE = 1000;
    /** Each star may multiply the time of a match by the length of the name. */
    private static final Pattern TOO_MANY_STARS = Pattern.compile("(?:[^/]*\\*){4}");

    private final IgnoreNode rules;
    private final TreeEntries.Visitor next;
    /** The last folder that was left out, with a slash; its entries follow it. */
    private String leftOut = "/";

    private int count;

    /** An empty content passes everything on. A line that is no pattern is refused. */
    SlugIgnore(byte[] content, TreeEntries.Visitor next) {
        this.next = next;
        this.rules = new IgnoreNode(parsed(SourceText.decode(NAME, content)));
    }

    private static List<FastIgnoreRule> parsed(String content) {
        List<FastIgnoreRule> rules = new ArrayList<>();
        int number = 0;
        for (String line : content.lines().toList()) {
            number++;
            if (line.isBlank() || line.startsWith("#") || line.equals("/")) {
                continue;
            }
            if (rules.size() == MOST_RULES) {
                throw new Refusal(NAME + " has more than " + MOST_RULES + " patterns; put some together");
            }
            if (line.length() > LONGEST_RULE || TOO_MANY_STARS.matcher(line).find()) {
                throw new Refusal(NAME + " line " + number + " is longer than " + LONGEST_RULE
                        + " characters, or has more than three stars in a name; make several of it");
            }
            try {
                FileNameMatcher unused = new FileNameMatcher(line, null); // the rule itself would only log it
                rules.add(new FastIgnoreRule(line));
            } catch (InvalidPatternException e) {
                throw new Refusal(
                        NAME + " line " + number + ": '" + Printable.shortened(line, 60)
                                + "' is no pattern as in a .gitignore",
                        e);
            }
        }
        return rules;
    }

    @Override
    public void visit(String path, FileMode mode, AnyObjectId id) throws IOException {
        if (path.startsWith(leftOut)) {
            return;
        }
        boolean folder = mode == FileMode.TREE || mode == FileMode.GITLINK;
        if (Boolean.TRUE.equals(rules.checkIgnored(path, folder))) {
            count++;
            leftOut = folder ? path + "/" : leftOut;
            return;
        }
        next.visit(path, mode, id);
    }

    /** How many files and folders were left out so far. */
    int count() {
        return count;
    }
}
