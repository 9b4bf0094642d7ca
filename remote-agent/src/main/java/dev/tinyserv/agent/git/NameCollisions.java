package dev.tinyserv.agent.git;

import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.FileMode;

/**
 * Refuses two entries of one folder that some file system takes for one: names that differ only in case, in the Unicode
 * form of a character, or in characters that HFS+ ignores. On such a disk, content could be written through a link.
 * Entries must come folder by folder, as {@link TreeEntries} visits them.
 */
final class NameCollisions implements TreeEntries.Visitor {
    private static final Pattern UNSEEN = Pattern.compile("[\\u200C-\\u200F\\u202A-\\u202E\\u206A-\\u206F\\uFEFF]");

    /** For each folder on the current path, outermost first: its pushed names by their folded form. */
    private final List<Map<String, String>> open = new ArrayList<>();

    @Override
    public void visit(String path, FileMode mode, AnyObjectId id) {
        int depth = (int) path.chars().filter(c -> c == '/').count();
        if (open.size() > depth + 1) {
            open.subList(depth + 1, open.size()).clear();
        }
        while (open.size() <= depth) {
            open.add(new HashMap<>());
        }
        String name = path.substring(path.lastIndexOf('/') + 1);
        String other = open.get(depth).putIfAbsent(folded(name), name);
        // the same name again is TreeWriter's to refuse
        if (other != null && !other.equals(name)) {
            String folder = path.substring(0, path.length() - name.length());
            throw new Refusal(
                    shown(folder + other) + " and " + shown(path) + " are one name on some file systems; rename one");
        }
    }

    /** The path with all but ASCII escaped, because the two paths may look the same. */
    private static String shown(String path) {
        StringBuilder shown = new StringBuilder();
        path.chars()
                .forEach(
                        c -> shown.append(c < 0x80 ? Character.toString(c) : String.format(Locale.ROOT, "\\u%04x", c)));
        return Printable.shortened(shown.toString(), 240);
    }

    /** The folded form, which names that some file system takes for one share. */
    static String folded(String name) {
        boolean ascii = name.chars().allMatch(c -> c < 0x80);
        String composed =
                ascii ? name : Normalizer.normalize(UNSEEN.matcher(name).replaceAll(""), Normalizer.Form.NFC);
        // upper case first: two letters that share their upper case only, like the Greek sigmas, are one letter, too
        return composed.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
    }
}
