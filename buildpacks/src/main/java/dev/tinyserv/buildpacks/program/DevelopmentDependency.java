package dev.tinyserv.buildpacks.program;

import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.source.FolderFile;
import dev.tinyserv.buildpacks.source.JsonSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** The packages that an app uses for its development only, which its processes do not find. */
final class DevelopmentDependency {
    private static final int MOST_JSON = 16 << 20;
    private static final int MOST_TEXT = 1 << 20;
    private static final String IN_MODULES = "node_modules/";

    /** Programs of npm packages that are called otherwise. */
    private static final Map<String, String> PACKAGES = Map.of(
            "tsc", "typescript",
            "nest", "@nestjs/cli",
            "ng", "@angular/cli",
            "vue-cli-service", "@vue/cli-service",
            "babel-node", "@babel/node",
            "webpack", "webpack-cli",
            "remix", "@remix-run/dev",
            "remix-serve", "@remix-run/serve",
            "medusa", "@medusajs/cli",
            "sequelize", "sequelize-cli");

    private static final Pattern GEM = Pattern.compile("^\\s*gem\\s*\\(?\\s*[\"']([^\"']{1,100})[\"'](.*)$");
    private static final Pattern GROUP = Pattern.compile("^\\s*group\\b.*\\bdo\\b");
    private static final Pattern LEFT_OUT = Pattern.compile(":(?:development|test)\\b|[\"'](?:development|test)[\"']");
    private static final Pattern SECTION = Pattern.compile("^\\s*\\[([^\\[\\]]{1,200})\\]\\s*$");
    private static final Pattern DEV_SECTION =
            Pattern.compile("dev-packages|tool\\.poetry\\.dev-dependencies|tool\\.poetry\\.group\\..+\\.dependencies"
                    + "|dependency-groups|tool\\.pdm\\.dev-dependencies");

    private DevelopmentDependency() {}

    /** What to do about a program that is not there because it came with such a package. */
    static Optional<String> program(Path folder, String program) {
        return quietly(() -> ofNode(folder, program, PACKAGES.getOrDefault(program, program), true))
                .or(() -> quietly(() -> ofComposer(folder, program)))
                .or(() -> quietly(() -> ofRuby(folder, program)))
                .or(() -> quietly(() -> ofPython(folder, program)));
    }

    /** What to do about a module that is not there because it is such a package. */
    static Optional<String> module(Path folder, String module) {
        String[] parts = module.split("/", -1);
        String name = module.startsWith("@") && parts.length > 1 ? parts[0] + "/" + parts[1] : parts[0];
        return quietly(() -> ofNode(folder, name, name, false))
                .or(() -> quietly(() -> ofRuby(folder, module.replace('/', '-'))))
                .or(() -> quietly(() -> ofRuby(folder, parts[0])))
                .or(() -> quietly(() -> ofPython(folder, module.split("\\.", -1)[0])));
    }

    private interface Look {
        Optional<String> look() throws IOException;
    }

    /** Files that cannot be read tell nothing here: their builds have told what is wrong with them. */
    private static Optional<String> quietly(Look look) {
        try {
            return look.look();
        } catch (IOException | Refusal e) {
            return Optional.empty();
        }
    }

    private static Optional<String> ofNode(Path folder, String wanted, String usual, boolean program)
            throws IOException {
        JsonNode development = json(folder, "package.json").path("devDependencies");
        String found = program ? lockedProgram(folder, wanted) : "";
        for (String name : development.propertyNames()) {
            boolean same = name.equals(usual) || (program && name.endsWith("/" + wanted));
            found = found.isEmpty() && same ? name : found;
        }
        String add = Files.exists(folder.resolve("pnpm-lock.yaml"))
                ? "pnpm add "
                : Files.exists(folder.resolve("yarn.lock"))
                        ? "yarn add "
                        : Files.exists(folder.resolve("bun.lock")) ? "bun add " : "npm install --save-prod ";
        return found.isEmpty() ? Optional.empty() : Optional.of(told(wanted, found, "run `" + add + found + "`"));
    }

    /** The package-lock.json tells the programs of each package, and whether it is for development only. */
    private static String lockedProgram(Path folder, String program) throws IOException {
        JsonNode packages = json(folder, "package-lock.json").path("packages");
        for (Map.Entry<String, JsonNode> each : packages.properties()) {
            JsonNode about = each.getValue();
            boolean development = about.path("dev").asBoolean(false);
            if (development && about.path("bin").has(program)) {
                String place = each.getKey();
                return place.substring(place.lastIndexOf(IN_MODULES) + IN_MODULES.length());
            }
        }
        return "";
    }

    private static Optional<String> ofComposer(Path folder, String program) throws IOException {
        for (JsonNode each : json(folder, "composer.lock").path("packages-dev")) {
            boolean has = each.path("bin")
                    .valueStream()
                    .map(bin -> bin.asString(""))
                    .anyMatch(bin -> bin.substring(bin.lastIndexOf('/') + 1).equals(program));
            String name = each.path("name").asString("");
            if (has && !name.isEmpty()) {
                return Optional.of(told(program, name, "run `composer require " + name + "`"));
            }
        }
        return Optional.empty();
    }

    private static Optional<String> ofRuby(Path folder, String program) throws IOException {
        boolean leftOut = false;
        for (String line : FolderFile.text(folder, "Gemfile", MOST_TEXT).lines().toList()) {
            Matcher gem = GEM.matcher(line);
            if (GROUP.matcher(line).find()) {
                leftOut = LEFT_OUT.matcher(line).find();
            } else if (line.strip().equals("end")) {
                leftOut = false;
            } else if (gem.matches() && gem.group(1).equals(program)) {
                boolean group = gem.group(2).contains("group")
                        && LEFT_OUT.matcher(gem.group(2)).find();
                return leftOut || group
                        ? Optional.of(
                                told(program, program, "move it out of its group in the Gemfile, run `bundle lock`"))
                        : Optional.empty();
            }
        }
        return Optional.empty();
    }

    private static Optional<String> ofPython(Path folder, String program) throws IOException {
        Pattern entry = Pattern.compile("^\\s*(?:\"?" + Pattern.quote(plain(program)) + "\"?\\s*=|.*[\"']"
                + Pattern.quote(plain(program)) + "\\b[^\"'\\w-]*)");
        for (String file : new String[] {"Pipfile", "pyproject.toml"}) {
            boolean development = false;
            for (String line : FolderFile.text(folder, file, MOST_TEXT).lines().toList()) {
                Matcher section = SECTION.matcher(line);
                if (section.matches()) {
                    development = DEV_SECTION.matcher(section.group(1)).matches();
                } else if (development && entry.matcher(plain(line)).find()) {
                    String add = file.equals("Pipfile")
                            ? "run `pipenv install " + program + "`"
                            : "move it to the dependencies of pyproject.toml, lock again";
                    return Optional.of(told(program, program, add));
                }
            }
        }
        return Optional.empty();
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String told(String wanted, String from, String remedy) {
        String name = Printable.excerpt(wanted, 120);
        String comes = wanted.equals(from) ? " is" : " comes with " + Printable.excerpt(from, 120) + ",";
        return name + comes + " a development dependency, and those are not there when the app runs: " + remedy
                + ", commit and push";
    }

    private static JsonNode json(Path folder, String name) throws IOException {
        byte[] content = FolderFile.read(folder, name, MOST_JSON).orElse("{}".getBytes(StandardCharsets.UTF_8));
        return JsonSource.parse(name, content);
    }
}
