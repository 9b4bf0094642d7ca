package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.event.LogContext;
import dev.tinyserv.agent.git.GitSession;
import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Serves a push or a fetch: {@code git-receive-pack} and {@code git-upload-pack}. */
final class GitCommand {
    /** A push. */
    static final VerbDeclaration RECEIVE = VerbDeclaration.changesApp(
                    "git-receive-pack", "Take what git pushes", "Take what git pushes.")
            .by(Who.APP_USER);

    /** A fetch. */
    static final VerbDeclaration UPLOAD = VerbDeclaration.readsApp(
                    "git-upload-pack", "Hand out what git fetches", "Hand out what git fetches.")
            .by(Who.APP_USER);

    private static final String PREFIX = "git-";

    /** The commands of git-lfs by ssh; the second is of its version 3. */
    private static final Set<String> LFS = Set.of("git-lfs-authenticate", "git-lfs-transfer");

    private final Services services;

    GitCommand(Services services) {
        this.services = services;
    }

    /** Whether the name is a program of git. No verb begins like this. */
    static boolean isGit(String name) {
        return name.startsWith(PREFIX);
    }

    /**
     * Refuses a program that is not served, without the words "not found", at which git-lfs tries another server.
     *
     * @param command its name and its arguments; the last one tells git-lfs's upload from its download
     * @throws Refusal unless it is one of the two that are
     */
    static void requireServed(List<String> command) {
        String name = command.get(0);
        if (LFS.contains(name)) {
            throw new Refusal(
                    command.get(command.size() - 1).equals("download")
                            ? "Git LFS is not served here: run git with GIT_LFS_SKIP_SMUDGE=1, as in"
                                    + " GIT_LFS_SKIP_SMUDGE=1 git clone; it leaves pointer files instead of those in LFS"
                            : "Git LFS is not served here: run GIT_LFS_SKIP_PUSH=1 git push tinyserv main;"
                                    + " the app gets pointer files instead of those in LFS");
        }
        if (!name.equals(RECEIVE.name()) && !name.equals(UPLOAD.name())) {
            throw new Refusal(Printable.shortened(name, 40) + " is not served; " + RECEIVE.name() + " (git push) and "
                    + UPLOAD.name() + " (git fetch, git clone) are");
        }
    }

    int run(Call call, Layout layout) {
        String name = call.arguments().get(0);
        if (call.arguments().size() != 2) {
            throw Refusal.usage(name + " takes one repository");
        }
        boolean push = name.equals(RECEIVE.name());
        AppName app = appOf(call.arguments().get(1), layout);
        Permission.require(push ? RECEIVE : UPLOAD, call, Optional.of(app));
        LogContext.app(app);
        if (services.apps().registry().find(app).isEmpty()) {
            throw new Refusal("no app '" + app + "'; `tinyserv create " + app + "` makes it");
        }
        GitSession session = new GitSession(
                app,
                call.account(),
                call.host(),
                call.in(),
                call.out(),
                call.err(),
                call.cancellation(),
                call.environment().getOrDefault("GIT_PROTOCOL", ""));
        return push
                ? services.deploys().git().pushes().serve(session)
                : services.deploys().git().fetches().serve(session);
    }

    /** The app of a client's path: its name, with '/' before it, or the path of its repository. Never resolved. */
    private static AppName appOf(String path, Layout layout) {
        String folder = layout.repositories() + "/";
        String name = path;
        if (name.startsWith(folder)) {
            name = name.substring(folder.length());
        } else if (name.startsWith("/")) {
            name = name.substring(1);
        }
        if (name.endsWith("/")) {
            name = name.substring(0, name.length() - 1);
        }
        if (name.endsWith(".git")) {
            name = name.substring(0, name.length() - 4);
        }
        if (!AppName.isValid(name)) {
            throw new Refusal("'" + Printable.shortened(path, 60)
                    + "' is no app; the git URL ends in /NAME, for example" + " ssh://server:2222/shop");
        }
        return new AppName(name);
    }
}
