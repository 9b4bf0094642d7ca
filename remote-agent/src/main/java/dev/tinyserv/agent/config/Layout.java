package dev.tinyserv.agent.config;

import dev.tinyserv.agent.app.AppName;
import java.nio.file.Path;

/**
 * The paths of all files and folders under TINYSERV_ROOT. Users' scripts rely on these paths, so none of them changes.
 * The methods do not touch the disk: a path need not exist. docs/formats.md says what the files hold.
 *
 * @param root TINYSERV_ROOT, absolute
 */
public record Layout(Path root) {
    /** The file of the settings. */
    public Path settingsFile() {
        return root.resolve("settings.properties");
    }

    /** The file of the keys that may log in. */
    public Path authorizedKeys() {
        return root.resolve("authorized_keys");
    }

    /** The folder of the server's own keys. */
    public Path hostKeys() {
        return root.resolve("host-keys");
    }

    /** The private key by which clients know the server; its public half has {@code .pub} behind the name. */
    public Path hostKey() {
        return hostKeys().resolve("ssh_host_ed25519_key");
    }

    /** The folder of the desired states, a file for each app. */
    public Path apps() {
        return root.resolve("apps");
    }

    /** The desired state of one app. */
    public Path app(AppName app) {
        return apps().resolve(app + ".json");
    }

    /** The folder of the bare repositories. */
    public Path repositories() {
        return root.resolve("repositories");
    }

    /** The bare repository of one app. */
    public Path repository(AppName app) {
        return repositories().resolve(app.value());
    }

    /** The folder of the built trees of all apps. */
    public Path builds() {
        return root.resolve("builds");
    }

    /** The folder of the built trees of one app, one folder for each slug. */
    public Path builds(AppName app) {
        return builds().resolve(app.value());
    }

    /** The built tree of an app's slug with this id. */
    public Path slug(AppName app, String id) {
        return builds(app).resolve(id);
    }

    /** The folder of what buildpacks keep for all apps. */
    public Path caches() {
        return root.resolve("cache");
    }

    /** The folder of what buildpacks keep for one app. */
    public Path cache(AppName app) {
        return caches().resolve(app.value());
    }

    /** The folder of the releases: for each app a file of the current release and a folder of all releases. */
    public Path releases() {
        return root.resolve("releases");
    }

    /** The current release of one app; the rename to this file is the commit point. */
    public Path currentRelease(AppName app) {
        return releases().resolve(app + ".json");
    }

    /** The folder of all releases of one app. */
    public Path releases(AppName app) {
        return releases().resolve(app.value());
    }

    /** The release of one app that has this number, from 1. */
    public Path release(AppName app, int version) {
        return releases(app).resolve("v" + version + ".json");
    }

    /** The folder of the keys with which builds fetch private submodules, and of the hosts that the builds met. */
    public Path deployKeys() {
        return root.resolve("deploy-keys");
    }

    /** The private deploy key of one app; its public half has {@code .pub} behind the name. */
    public Path deployKey(AppName app) {
        return deployKeys().resolve(app.value());
    }

    /** The keys of the hosts that the builds of one app met by SSH. */
    public Path knownHosts(AppName app) {
        return deployKeys().resolve(app + ".known_hosts");
    }

    /** The folder of the sockets, locks, records and raw output of what runs. */
    public Path run() {
        return root.resolve("run");
    }

    /** The folder of private folders that are needed only during a build. */
    public Path temporary() {
        return run().resolve("tmp");
    }

    /** The folder of the temporary files that the Java runtimes of agent and router make. */
    public Path javaTemporary() {
        return run().resolve("jvm-tmp");
    }

    /** The folder of the records of instances. */
    public Path instances() {
        return run().resolve("instances");
    }

    /** The script that starts each process of an app. */
    public Path shim() {
        return run().resolve("shim.sh");
    }

    /** The folder of what running instances have printed and the agent has not collected yet. */
    public Path output() {
        return run().resolve("output");
    }

    /** The file that the agent locks; it holds the agent's pid. */
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

    /** The file that the router locks; it holds the router's pid. */
    public Path routerLock() {
        return run().resolve("router.lock");
    }

    /** The socket over which a router hands its listening sockets to its successor. */
    public Path routerHandOverSocket() {
        return run().resolve("router-handover.sock");
    }

    /** The folder of the routes that the agent wants, a file for each app. */
    public Path routes() {
        return run().resolve("routes");
    }

    /** The key of the cookies by which clients come back to an instance. */
    public Path affinityKey() {
        return run().resolve("affinity.key");
    }

    /** The route table in one file: for a router of version 0.1, and for one that leaves. */
    public Path routeTable() {
        return run().resolve("routes.json");
    }

    /** The folder of the logs of all apps, and of the agent's and the router's own. */
    public Path logs() {
        return root.resolve("logs");
    }

    /** The folder of the timeline of one app. */
    public Path logs(AppName app) {
        return logs().resolve(app.value());
    }

    /** The folder of what the last builds of all apps printed, and of how these builds ended. */
    public Path buildLogs() {
        return root.resolve("build-logs");
    }

    /** The folder of what the last builds of one app printed, and of how these builds ended. */
    public Path buildLogs(AppName app) {
        return buildLogs().resolve(app.value());
    }

    /** The folder of what one app keeps across releases. */
    public Path data(AppName app) {
        return root.resolve("data").resolve(app.value());
    }
}
