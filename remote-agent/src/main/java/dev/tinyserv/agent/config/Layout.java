package dev.tinyserv.agent.config;

import dev.tinyserv.agent.app.AppName;
import java.nio.file.Path;

/**
 * Where everything lies under TINYSERV_ROOT. Users script against it, so a path here is a promise.
 *
 * @param root TINYSERV_ROOT, absolute
 */
public record Layout(Path root) {
    /** The agent's settings. */
    public Path settingsFile() {
        return root.resolve("settings.properties");
    }

    /** The keys that may log in. */
    public Path authorizedKeys() {
        return root.resolve("authorized_keys");
    }

    /** The server's own keys. */
    public Path hostKeys() {
        return root.resolve("host-keys");
    }

    /** The key by which clients know the server. */
    public Path hostKey() {
        return hostKeys().resolve("ssh_host_ed25519_key");
    }

    /** The desired state of all apps. */
    public Path apps() {
        return root.resolve("apps");
    }

    /** The desired state of one app. */
    public Path app(AppName app) {
        return apps().resolve(app + ".json");
    }

    /** All bare repositories. */
    public Path repositories() {
        return root.resolve("repositories");
    }

    /** The bare repository of one app. */
    public Path repository(AppName app) {
        return repositories().resolve(app.value());
    }

    /** All built trees. */
    public Path builds() {
        return root.resolve("builds");
    }

    /** The built trees of one app, one folder a slug. */
    public Path builds(AppName app) {
        return builds().resolve(app.value());
    }

    /** One built tree of an app. */
    public Path slug(AppName app, String id) {
        return builds(app).resolve(id);
    }

    /** What buildpacks keep, for all apps. */
    public Path caches() {
        return root.resolve("cache");
    }

    /** What buildpacks keep for one app. */
    public Path cache(AppName app) {
        return caches().resolve(app.value());
    }

    /** The current release of every app and a folder of all its releases. */
    public Path releases() {
        return root.resolve("releases");
    }

    /** The current release of one app; its rename is the commit point. */
    public Path currentRelease(AppName app) {
        return releases().resolve(app + ".json");
    }

    /** All releases of one app. */
    public Path releases(AppName app) {
        return releases().resolve(app.value());
    }

    /** One release of one app. */
    public Path release(AppName app, int version) {
        return releases(app).resolve("v" + version + ".json");
    }

    /** The keys with which builds fetch private submodules, and the hosts that they met. */
    public Path deployKeys() {
        return root.resolve("deploy-keys");
    }

    /** The key of one app; its public half has {@code .pub} behind the name. */
    public Path deployKey(AppName app) {
        return deployKeys().resolve(app.value());
    }

    /** What the builds of one app know of hosts that they met by SSH. */
    public Path knownHosts(AppName app) {
        return deployKeys().resolve(app + ".known_hosts");
    }

    /** Sockets, locks, records and raw output of what runs. */
    public Path run() {
        return root.resolve("run");
    }

    /** Private folders for what is needed during a build only. */
    public Path temporary() {
        return run().resolve("tmp");
    }

    /** The temporary files of the agent's and the router's own Java. */
    public Path javaTemporary() {
        return run().resolve("jvm-tmp");
    }

    /** The records of instances. */
    public Path instances() {
        return run().resolve("instances");
    }

    /** The script that starts each process of an app. */
    public Path shim() {
        return run().resolve("shim.sh");
    }

    /** What running instances print, before it is collected. */
    public Path output() {
        return run().resolve("output");
    }

    /** Locked by the agent, whose pid it holds. */
    public Path agentLock() {
        return run().resolve("agent.lock");
    }

    /** The socket that the agent listens on for this machine's users. */
    public Path agentSocket() {
        return run().resolve("agent.sock");
    }

    /** The socket that the router listens on for the agent. */
    public Path routerSocket() {
        return run().resolve("router.sock");
    }

    /** The file that the router locks. */
    public Path routerLock() {
        return run().resolve("router.lock");
    }

    /** The socket over which a router hands its listening sockets to its successor. */
    public Path routerHandOverSocket() {
        return run().resolve("router-handover.sock");
    }

    /** What the agent wants to be routed, a file for each app. */
    public Path routes() {
        return run().resolve("routes");
    }

    /** The route table in one file, as version 0.1 of the router keeps it. */
    public Path routeTable() {
        return run().resolve("routes.json");
    }

    /** The logs of all apps, and the agent's own. */
    public Path logs() {
        return root.resolve("logs");
    }

    /** The timeline of one app. */
    public Path logs(AppName app) {
        return logs().resolve(app.value());
    }

    /** What the last builds of all apps printed, and what became of them. */
    public Path buildLogs() {
        return root.resolve("build-logs");
    }

    /** What the last builds of one app printed, and what became of them. */
    public Path buildLogs(AppName app) {
        return buildLogs().resolve(app.value());
    }

    /** What one app keeps across releases. */
    public Path data(AppName app) {
        return root.resolve("data").resolve(app.value());
    }
}
