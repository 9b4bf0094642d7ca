package dev.tinyserv.buildpacks.buildpack;

import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.CommandFailed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Fills the folders of an app's submodules, also nested ones, with git. Fetched objects are kept in the app's cache, so
 * that a commit is fetched once.
 */
public final class Submodules {
    private static final String FILE = ".gitmodules";
    private static final int MOST = 100;
    private static final int DEEPEST = 4;
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Pattern SETTING = Pattern.compile("submodule\\.(.*)\\.(path|url)=(.*)");
    private static final Pattern LINK = Pattern.compile("160000 commit ([0-9a-f]{40})\\t(.+)");

    private final Build build;
    private final Tools tools;
    private int count;

    /** The submodules of one build. */
    public Submodules(Build build) {
        this.build = build;
        this.tools = Tools.of(build).with(QuietGit.ownEnvironment());
    }

    /**
     * Fetches and checks out the submodules.
     *
     * @param tree where the source lies
     * @param links the commits that it names, by path
     * @throws Refusal if a submodule cannot be fetched; names it
     */
    public void fill(Path tree, Map<String, String> links) throws IOException {
        if (!links.isEmpty()) {
            tools.require("git", "on Debian: apt-get install git");
            build.transcript().step("Fetching submodules");
            fill(tree, links, "", 1);
        }
    }

    private void fill(Path tree, Map<String, String> links, String prefix, int depth) throws IOException {
        Map<String, String> urls = urls(tree);
        for (Map.Entry<String, String> link : links.entrySet()) {
            String shown = Printable.excerpt(prefix + link.getKey(), 120);
            if (++count > MOST || depth > DEEPEST) {
                throw new Refusal("the submodule " + shown + " is one too many: at most " + MOST + ", nested " + DEEPEST
                        + " deep, are fetched");
            }
            String url = urls.get(link.getKey());
            if (url == null) {
                throw new Refusal("the submodule " + shown + " has no url in " + prefix + FILE);
            }
            requireRemote(url, shown);
            build.transcript().detail(shown + " at " + link.getValue().substring(0, 7) + " from " + shown(url));
            Path folder = tree.resolve(link.getKey());
            if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                throw new Refusal("the submodule " + shown + " lies in no folder");
            }
            KeptRepository kept = fetch(url, link.getValue(), shown);
            kept.checkOut(link.getValue(), folder);
            fill(folder, links(kept, link.getValue()), prefix + link.getKey() + "/", depth + 1);
        }
    }

    /** Without what may be a password or a token in it. */
    private static String shown(String url) {
        return Printable.excerpt(UrlSecret.removedFrom(url), 120);
    }

    private static void requireRemote(String url, String shown) {
        if (!GitPlace.isRemote(url)) {
            throw new Refusal("the submodule " + shown + " has the url '" + shown(url)
                    + "': expected https://…, ssh://… or user@host:…, because the server knows nothing that another"
                    + " could be relative to");
        }
    }

    /** The URL of each path in the file of submodules. */
    private Map<String, String> urls(Path tree) {
        Map<String, String> byName = new TreeMap<>();
        Map<String, String> paths = new TreeMap<>();
        Path file = tree.resolve(FILE);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return byName;
        }
        for (String line : read(file)) {
            Matcher setting = SETTING.matcher(line);
            if (setting.matches()) {
                (setting.group(2).equals("url") ? byName : paths).put(setting.group(1), setting.group(3));
            }
        }
        Map<String, String> urls = new TreeMap<>();
        paths.forEach((name, path) -> {
            String url = byName.get(name);
            if (url != null) {
                urls.put(path, url);
            }
        });
        return urls;
    }

    /** Git looks for no repository around it. */
    private List<String> read(Path file) {
        return tools.with(Map.of("GIT_DIR", "/dev/null"))
                .command(List.of("git", "config", "-f", file.toString(), "--no-includes", "--list"))
                .called("reading " + FILE)
                .collect()
                .lines();
    }

    private KeptRepository fetch(String url, String commit, String shown) throws IOException {
        KeptRepository kept = KeptRepository.open(build, "submodules", url, PATIENCE);
        if (kept.has(commit)) {
            return kept;
        }
        try {
            kept.fetch(url, List.of("--depth", "1"), commit);
        } catch (CommandFailed notByItsId) {
            build.cancellation().check();
            fetchAll(kept, url, shown);
        }
        if (!kept.has(commit)) {
            throw new Refusal("the submodule " + shown + " names commit " + commit + ", which " + shown(url)
                    + " does not have: push it there");
        }
        return kept;
    }

    /** Not every server gives a commit by its id. */
    private void fetchAll(KeptRepository kept, String url, String shown) {
        try {
            kept.fetch(url, List.of(), "+refs/*:refs/kept/*");
        } catch (CommandFailed e) {
            build.cancellation().check();
            e.lastLines().forEach(build.transcript()::detail);
            throw new Refusal(
                    "the submodule " + shown + " cannot be fetched from " + shown(url) + ": " + KeptRepository.reason(e)
                            + "; if it is private, add the key that `apps:deploy-key` prints there, and use its ssh URL",
                    e);
        }
    }

    /** The submodules that a commit names, by path. */
    private static Map<String, String> links(KeptRepository kept, String commit) {
        Map<String, String> links = new TreeMap<>();
        for (String entry : kept.lines("ls-tree", "-r", commit)) {
            Matcher link = LINK.matcher(entry);
            if (link.matches()) {
                links.put(link.group(2), link.group(1));
            }
        }
        return links;
    }
}
