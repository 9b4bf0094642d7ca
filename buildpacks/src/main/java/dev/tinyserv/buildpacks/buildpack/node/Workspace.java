package dev.tinyserv.buildpacks.buildpack.node;

import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.source.FolderFile;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import tools.jackson.databind.JsonNode;

/**
 * The folder above an app's own whose workspaces name the app: there the lock file lies, and there its package manager
 * installs for all of them.
 */
final class Workspace {
    private static final int MOST_BYTES = 256 * 1024;
    private static final int MOST_PATTERNS = 200;
    private static final Pattern LIST_ENTRY = Pattern.compile("^\\s*-\\s*[\"']?([^\"'#]{1,200}?)[\"']?\\s*(?:#.*)?$");

    private Workspace() {}

    /**
     * The nearest one; empty if the app is a package of its own.
     *
     * @param tree all that was pushed; nothing above it is looked at
     */
    static Optional<Path> of(Path tree, Path app) throws IOException {
        Path folder = app.getParent();
        while (folder != null && !app.equals(tree) && folder.startsWith(tree)) {
            if (contains(patterns(folder), folder.relativize(app))) {
                return Optional.of(folder);
            }
            folder = folder.getParent();
        }
        return Optional.empty();
    }

    /** As the package managers take them: the last pattern that fits decides. */
    private static boolean contains(List<String> patterns, Path app) {
        boolean found = false;
        for (String pattern : patterns) {
            boolean not = pattern.startsWith("!");
            if (fits(not ? pattern.substring(1) : pattern, app)) {
                found = !not;
            }
        }
        return found;
    }

    private static boolean fits(String pattern, Path app) {
        String plain = pattern.replaceFirst("^\\./", "").replaceFirst("/$", "");
        try {
            return FileSystems.getDefault().getPathMatcher("glob:" + plain).matches(app);
        } catch (PatternSyntaxException e) {
            return false; // the package manager will say what it thinks of it
        }
    }

    private static List<String> patterns(Path folder) throws IOException {
        List<String> patterns = new ArrayList<>();
        if (FolderFile.exists(folder, PackageJson.NAME)) {
            try {
                JsonNode said = PackageJson.read(folder).content().path("workspaces");
                for (JsonNode each : said.isArray() ? said : said.path("packages")) {
                    patterns.add(each.asString(""));
                }
            } catch (Refusal e) {
                return List.of(); // that of another app
            }
        }
        boolean inside = false;
        for (String line : FolderFile.text(folder, PackageManager.PNPM_SETTINGS, MOST_BYTES)
                .lines()
                .toList()) {
            Matcher entry = LIST_ENTRY.matcher(line);
            if (line.strip().matches("[\"']?packages[\"']?:.*")) {
                inside = true;
            } else if (inside && entry.matches()) {
                patterns.add(entry.group(1).strip());
            } else if (!line.isBlank() && !line.strip().startsWith("#")) {
                inside = false;
            }
        }
        return patterns.subList(0, Math.min(patterns.size(), MOST_PATTERNS));
    }
}
