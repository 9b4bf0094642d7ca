package dev.tinyserv.buildpacks.buildpack.go;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinyserv.buildpacks.buildpack.TestBuild;
import dev.tinyserv.buildpacks.process.Command;
import dev.tinyserv.buildpacks.process.Program;
import dev.tinyserv.buildpacks.runtime.Runtimes;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is linked into a program is what go.sum says, though the module proxy, a folder, has newer versions by now. */
@Tag("thorough")
@Timeout(180)
class LockedVersionsTest {
    private static final Map<String, String> PATH = Map.of("PATH", "/usr/local/bin:/usr/bin:/bin");

    @TempDir
    private Path folder;

    private void offer(String version) throws IOException {
        module("word", version, "", "package word\nconst Word = \"hello " + version + "\"\n");
        module(
                "greet",
                version,
                "require example.org/word " + version + "\n",
                "package greet\nimport \"example.org/word\"\nfunc Greet() string { return word.Word }\n");
    }

    private void module(String name, String version, String require, String code) throws IOException {
        Path place = Files.createDirectories(folder.resolve("proxy/example.org/" + name + "/@v"));
        String mod = "module example.org/" + name + "\ngo 1.16\n" + require;
        Files.writeString(place.resolve(version + ".mod"), mod);
        Files.writeString(place.resolve(version + ".info"), "{\"Version\": \"" + version + "\"}");
        try (OutputStream out = Files.newOutputStream(place.resolve(version + ".zip"));
                ZipOutputStream zip = new ZipOutputStream(out)) {
            String root = "example.org/" + name + "@" + version + "/";
            entry(zip, root + "go.mod", mod);
            entry(zip, root + name + ".go", code);
        }
        Path list = place.resolve("list");
        String before = Files.exists(list) ? Files.readString(list) : "";
        Files.writeString(list, before + version + "\n");
    }

    private static void entry(ZipOutputStream zip, String name, String text) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(text.getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
    }

    private Map<String, String> environment() {
        Map<String, String> environment = new TreeMap<>(PATH);
        environment.put("HOME", folder.resolve("temp").toString());
        environment.put("GOPROXY", folder.resolve("proxy").toUri().toString());
        environment.put("GONOSUMDB", "*");
        environment.put("GOFLAGS", "-modcacherw");
        return environment;
    }

    private String run(Path where, String... command) {
        return Command.of(command)
                .in(where)
                .environment(environment())
                .collect()
                .text();
    }

    @Test
    void areThoseOfGoSum() throws IOException {
        assumeTrue(Program.find("go", PATH).isPresent(), "needs go");
        for (String name : List.of("app", "cache", "temp")) {
            Files.createDirectory(folder.resolve(name));
        }
        Path app = folder.resolve("app");
        offer("v1.0.0");
        Files.writeString(app.resolve("go.mod"), "module myapp\ngo 1.16\nrequire example.org/greet v1.0.0\n");
        Files.writeString(
                app.resolve("main.go"),
                "package main\nimport \"example.org/greet\"\nfunc main() { println(greet.Greet()) }\n");
        run(app, "go", "mod", "tidy");
        String sum = Files.readString(app.resolve("go.sum"));
        offer("v1.1.0");

        new GoBuildpack().build(TestBuild.in(folder, environment(), new Runtimes(environment()), line -> {}));

        List<String> linked = run(app, "go", "version", "-m", "bin/myapp")
                .lines()
                .map(String::strip)
                .filter(line -> line.startsWith("dep"))
                .map(line -> line.replaceFirst("dep\\s+", "").replaceAll("\\s+", " "))
                .toList();
        assertThat(linked).hasSize(2).allMatch(line -> line.contains(" v1.0.0 "));
        assertThat(sum.lines()).containsAll(linked);
        assertThat(app.resolve("go.sum")).hasContent(sum);
    }
}
