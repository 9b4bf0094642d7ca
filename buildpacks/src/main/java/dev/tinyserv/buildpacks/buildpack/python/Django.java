package dev.tinyserv.buildpacks.buildpack.python;

import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.buildpack.Build;
import dev.tinyserv.buildpacks.process.CommandFailed;
import dev.tinyserv.buildpacks.source.FileTree;
import dev.tinyserv.buildpacks.source.FolderFile;
import dev.tinyserv.buildpacks.source.Procfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What is done for an app that has a {@code manage.py} and Django among its packages, and for no other. */
final class Django {
    private static final String DISABLE = "DISABLE_COLLECTSTATIC";
    private static final List<String> COLLECT = List.of("python", "manage.py", "collectstatic", "--noinput");
    private static final Pattern PACKAGE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,99}");

    private final Build build;
    private final VirtualEnvironment environment;

    Django(Build build, VirtualEnvironment environment) {
        this.build = build;
        this.environment = environment;
    }

    /** Collects the static files; returns the commands for an app without a Procfile. */
    Map<String, String> build() throws IOException {
        if (!FolderFile.exists(build.folder(), "manage.py") || !environment.has("django")) {
            return Map.of();
        }
        String disabled = build.environment().getOrDefault(DISABLE, "");
        if (disabled.isEmpty() || disabled.equals("0")) {
            collectStatic();
        }
        List<String> projects = projects();
        return projects.size() == 1 ? processes(projects.get(0)) : Map.of();
    }

    private void collectStatic() {
        build.transcript().step("Collecting static files");
        String name = String.join(" ", COLLECT);
        build.transcript().detail(name);
        try {
            environment
                    .ownTools()
                    .command(COLLECT)
                    .called(name)
                    .run(line -> build.transcript().detail(line));
        } catch (CommandFailed e) {
            if (says(e, "Unknown command")) {
                build.transcript().detail("nothing to collect: django.contrib.staticfiles is not in INSTALLED_APPS");
                return;
            }
            String remedy = says(e, "STATIC_ROOT") ? "set STATIC_ROOT in the settings" : "the reason is above";
            throw new Refusal(e.getMessage() + ": " + remedy + "; `config:set " + DISABLE + "=1` leaves it out", e);
        }
    }

    private static boolean says(CommandFailed failure, String text) {
        return failure.lastLines().stream().anyMatch(line -> line.contains(text));
    }

    /** With gunicorn, which listens on {@code PORT} by itself. */
    private Map<String, String> processes(String project) throws IOException {
        if (environment.has("gunicorn")) {
            return Map.of("web", "gunicorn " + project + ".wsgi");
        }
        if (!FolderFile.exists(build.folder(), Procfile.NAME)) {
            build.transcript()
                    .problem("no Procfile: add gunicorn to the dependencies and a Procfile with `web: gunicorn "
                            + project + ".wsgi`");
        }
        return Map.of();
    }

    /** The folders with a {@code wsgi.py}; their names go into a command, so only plain ones count. */
    private List<String> projects() throws IOException {
        List<String> projects = new ArrayList<>();
        for (Path folder : FileTree.entries(build.folder(), "*")) {
            String name = String.valueOf(folder.getFileName());
            if (PACKAGE.matcher(name).matches()
                    && Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                    && FolderFile.exists(folder, "wsgi.py")) {
                projects.add(name);
            }
        }
        return projects;
    }
}
