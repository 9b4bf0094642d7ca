package dev.tinyserv.buildpacks.buildpack.node;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinyserv.buildpacks.buildpack.TestBuild;
import dev.tinyserv.buildpacks.process.Command;
import dev.tinyserv.buildpacks.process.Program;
import dev.tinyserv.buildpacks.runtime.Runtimes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The source of an app, its releases, and the machine's package managers with a registry on loopback. They are called
 * npm, pnpm, bun, yarn-1, and yarn and yarn-pnp for a later Yarn with either of its linkers.
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
        Path packed = Files.createDirectories(folder.resolve(name + "/package"));
        Files.writeString(
                packed.resolve("package.json"),
                "{\"name\": \"%1$s\", \"version\": \"1.0.0\", \"bin\": {\"%1$s\": \"index.js\"}}".formatted(name));
        Files.writeString(packed.resolve("index.js"), code);
        Path tarball = folder.resolve(name + ".tgz");
        run(folder.resolve(name), "tar", "czf", tarball.toString(), "package");
        registry.offer(name, tarball);
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
        String program = program(manager);
        assumeTrue(Program.find(program, environment).isPresent(), "needs " + program);
        if (isYarn4(manager)) {
            assumeTrue(Files.exists(YARN_4), "needs " + YARN_4);
            Files.copy(
                    YARN_4,
                    Files.createDirectories(source.resolve(".yarn/releases")).resolve("yarn.cjs"));
            String linker = manager.equals("yarn-pnp") ? "pnp" : "node-modules";
            write(".yarnrc.yml", "yarnPath: .yarn/releases/yarn.cjs\nnodeLinker: " + linker + "\n");
        }
    }

    private static boolean isYarn4(String manager) {
        return manager.equals("yarn") || manager.equals("yarn-pnp");
    }

    private static String program(String manager) {
        return manager.startsWith("yarn") ? "yarn" : manager;
    }

    /** Adds the lock file, made elsewhere. */
    void lock(String manager) throws IOException {
        Path desk = folder.resolve("desk");
        run(folder, "cp", "-a", source.toString(), desk.toString());
        String lock = switch (manager) {
            case "npm" -> {
                run(desk, "npm", "install", "--package-lock-only");
                yield "package-lock.json";
            }
            case "pnpm" -> {
                run(desk, "pnpm", "install", "--lockfile-only");
                yield "pnpm-lock.yaml";
            }
            case "bun" -> {
                run(desk, "bun", "install", "--lockfile-only");
                yield "bun.lock";
            }
            case "yarn-1" -> {
                run(desk, "yarn", "install", "--ignore-scripts");
                yield "yarn.lock";
            }
            default -> {
                Files.createFile(desk.resolve("yarn.lock"));
                run(desk, "yarn", "install", "--mode=update-lockfile");
                yield "yarn.lock";
            }
        };
        Files.copy(desk.resolve(lock), source.resolve(lock));
    }

    /** Builds a release of the source; returns where it lies. */
    Path build() throws IOException {
        lines.clear();
        Path app = folder.resolve("app");
        run(folder, "cp", "-a", source.toString(), app.toString());
        new NodeBuildpack().build(TestBuild.in(folder, environment, new Runtimes(environment), lines::add));
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
