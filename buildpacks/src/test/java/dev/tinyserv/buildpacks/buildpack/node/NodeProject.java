package dev.tinyserv.buildpacks.buildpack.node;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinyserv.buildpacks.buildpack.TestBuild;
import dev.tinyserv.buildpacks.process.Command;
import dev.tinyserv.buildpacks.process.Program;
import dev.tinyserv.buildpacks.runtime.Runtimes;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The source of an app, its releases, and the machine's package managers with a registry on loopback. They are called
 * npm, npm-9, npm-10, pnpm, bun, yarn-1, and yarn and yarn-pnp for a later Yarn with either of its linkers.
 */
final class NodeProject implements AutoCloseable {
    private static final String PATH = "/usr/local/bin:/usr/bin:/bin";
    private static final Path YARN_4 = Path.of("/usr/local/lib/yarn-4/node_modules/@yarnpkg/cli-dist/bin/yarn.js");

    private final Path folder;
    private final Path source;
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Map<String, String> environment = new HashMap<>();
    private final PackageRegistry registry = new PackageRegistry();
    private int releases;

    /** In an empty folder; the registry offers {@code greet}, and {@code shout}, which is a program that needs it. */
    NodeProject(Path folder) throws Exception {
        this.folder = folder;
        this.source = Files.createDirectory(folder.resolve("source"));
        Files.createDirectory(folder.resolve("cache"));
        environment.put("PATH", PATH);
        environment.put("HOME", Files.createDirectory(folder.resolve("temp")).toString());
        environment.put("npm_config_registry", registry.url());
        environment.put("YARN_NPM_REGISTRY_SERVER", registry.url());
        environment.put("YARN_UNSAFE_HTTP_WHITELIST", "127.0.0.1");
        offer("greet", "module.exports = () => 'hello';");
        offer(
                "shout",
                "#!/usr/bin/env node\nrequire('fs').writeFileSync('shouted', require('greet')().toUpperCase());");
    }

    void offer(String name, String code) throws Exception {
        offer(name, "1.0.0", "{}", code);
    }

    /** Lets the registry offer a version of a package of one file, which is a program, too. */
    void offer(String name, String version, String dependencies, String code) throws Exception {
        offer(name, version, dependencies, code, "");
    }

    private void offer(String name, String version, String dependencies, String code, String fields) throws Exception {
        Path unpacked = folder.resolve(name + "-" + version);
        Path packed = Files.createDirectories(unpacked.resolve("package"));
        Files.writeString(
                packed.resolve("package.json"),
                "{\"name\": \"%1$s\", \"version\": \"%2$s\", \"bin\": {\"%1$s\": \"index.js\"}, \"dependencies\": %3$s%4$s}"
                        .formatted(name, version, dependencies, fields));
        Files.writeString(packed.resolve("index.js"), code);
        Path tarball = folder.resolve(name + "-" + version + ".tgz");
        run(unpacked, "tar", "czf", tarball.toString(), "package");
        registry.offer(name, version, dependencies + fields, tarball);
    }

    /** Lets the registry offer a package that runs its code once it is installed. */
    void offerBuilt(String name, String code) throws Exception {
        offer(name, "1.0.0", "{}", code, ", \"scripts\": {\"postinstall\": \"node index.js\"}");
    }

    PackageRegistry registry() {
        return registry;
    }

    /** Sets a variable for all that runs from now on, as a config var does. */
    void set(String variable, String value) {
        environment.put(variable, value);
    }

    void unset(String variable) {
        environment.remove(variable);
    }

    List<String> run(Path where, String... command) {
        return Command.of(command).in(where).environment(environment).collect().lines();
    }

    void write(String file, String content) throws IOException {
        Path path = source.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
    }

    String read(String file) throws IOException {
        return Files.readString(source.resolve(file));
    }

    /** Skips a test whose package manager is not there, and does for it what its users do in their repository. */
    void use(String manager) throws IOException {
        if (manager.startsWith("npm-")) {
            Path bin = Path.of("/usr/local/lib/" + manager + "/node_modules/.bin");
            assumeTrue(Files.exists(bin), "needs " + bin);
            environment.put("PATH", bin + ":" + PATH);
        }
        String program = program(manager);
        assumeTrue(Program.find(program, environment).isPresent(), "needs " + program);
        if (isYarn4(manager)) {
            assumeTrue(Files.exists(YARN_4), "needs " + YARN_4);
            Files.copy(
                    YARN_4,
                    Files.createDirectories(source.resolve(".yarn/releases")).resolve("yarn.cjs"),
                    REPLACE_EXISTING);
            String linker = manager.equals("yarn-pnp") ? "pnp" : "node-modules";
            write(".yarnrc.yml", "yarnPath: .yarn/releases/yarn.cjs\nnodeLinker: " + linker + "\n");
        }
    }

    private static boolean isYarn4(String manager) {
        return manager.equals("yarn") || manager.equals("yarn-pnp");
    }

    private static String program(String manager) {
        return manager.replaceFirst("-.*", "");
    }

    /** The name of a package manager's lock file. */
    String lockFile(String manager) {
        return switch (manager) {
            case "pnpm" -> "pnpm-lock.yaml";
            case "bun" -> "bun.lock";
            case "yarn-1", "yarn", "yarn-pnp" -> "yarn.lock";
            default -> "package-lock.json";
        };
    }

    /** Makes the lock file anew, elsewhere, and adds it. */
    void lock(String manager) throws IOException {
        Path desk = folder.resolve("desk");
        String lock = lockFile(manager);
        FileTree.delete(desk);
        run(folder, "cp", "-a", source.toString(), desk.toString());
        Files.deleteIfExists(desk.resolve(lock));
        switch (manager) {
            case "pnpm", "bun" -> run(desk, manager, "install", "--lockfile-only");
            case "yarn-1" -> run(desk, "yarn", "install", "--ignore-scripts");
            case "yarn", "yarn-pnp" -> {
                Files.createFile(desk.resolve(lock));
                run(desk, "yarn", "install", "--mode=update-lockfile");
            }
            default -> run(desk, "npm", "install", "--package-lock-only");
        }
        Files.copy(desk.resolve(lock), source.resolve(lock), REPLACE_EXISTING);
    }

    /** Lets programs in a folder of the source, which become ones, go before all others. */
    void putFirst(String bin) throws IOException {
        run(source, "chmod", "-R", "+x", bin);
        environment.put("PATH", source.resolve(bin) + ":" + PATH);
    }

    void remove(String file) throws IOException {
        Files.delete(source.resolve(file));
    }

    /** Builds a release of the source; returns where it lies. */
    Path build() throws IOException {
        return build("");
    }

    /** The same for an app that is a folder of the source. */
    Path build(String root) throws IOException {
        lines.clear();
        Path app = folder.resolve("app");
        run(folder, "cp", "-a", source.toString(), app.toString());
        new NodeBuildpack()
                .build(TestBuild.in(folder, environment, new Runtimes(environment), lines::add)
                        .in(app.resolve(root)));
        return Files.move(app, folder.resolve("release" + ++releases));
    }

    /** What the last build said. */
    List<String> lines() {
        return lines;
    }

    /** What a script of a release prints. */
    String output(Path release, String manager, String script) {
        return manager.equals("yarn-pnp")
                ? String.join("\n", run(release, "yarn", "node", script))
                : String.join("\n", run(release, "node", script));
    }

    void closeRegistry() {
        registry.close();
    }

    @Override
    public void close() {
        registry.close();
    }
}
