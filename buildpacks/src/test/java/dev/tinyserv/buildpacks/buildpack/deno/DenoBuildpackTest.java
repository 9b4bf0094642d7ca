package dev.tinyserv.buildpacks.buildpack.deno;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.buildpack.BuiltApp;
import dev.tinyserv.buildpacks.buildpack.LanguageStage;
import dev.tinyserv.buildpacks.source.MapSource;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** With the machine's Deno, which is asked for nothing from outside. */
@Timeout(180)
@Tag("slow")
class DenoBuildpackTest extends LanguageStage {
    private static final String SERVER = """
            const port: number = Number(Deno.env.get("PORT"));
            Deno.serve({ port }, () => new Response("hello"));
            """;

    private BuiltApp build() throws IOException {
        needs("deno");
        return build(new DenoBuildpack());
    }

    @Test
    void checksWhatItIsGoingToRun() throws IOException {
        Files.writeString(app.resolve("deno.jsonc"), """
                {
                  // How it starts.
                  "tasks": {"start": "deno run --allow-net --allow-env server/web.ts", "build": "echo built >built"},
                }
                """);
        Files.createDirectory(app.resolve("server"));
        Files.writeString(app.resolve("server/web.ts"), SERVER);

        BuiltApp built = build();

        assertThat(lines)
                .anyMatch(line -> line.matches("-----> Building with deno \\d+\\.\\d+\\.\\d+"))
                .contains("-----> Checking types", "       deno check server/web.ts");
        assertThat(app.resolve("built")).hasContent("built");
        assertThat(built.buildpack()).isEqualTo("deno");
        assertThat(built.exports()).containsOnlyKeys("DENO_DIR", "PATH");
        assertThat(built.defaultProcesses()).containsEntry("web", "deno task start");
        assertThat(app.resolve(".profile.d/deno.sh")).hasContent("export DENO_DIR=\"$PWD/.deno\"");

        Files.writeString(app.resolve("server/web.ts"), SERVER + "const n: number = \"x\";\n");
        assertThatThrownBy(this::build)
                .isInstanceOf(Refusal.class)
                .hasMessage("deno check server/web.ts failed with exit status 1");
        assertThat(String.join("\n", lines)).contains("Type 'string' is not assignable to type 'number'");
    }

    @Test
    void checksWhatTheProcfileRuns() throws IOException {
        Files.writeString(app.resolve("deno.json"), "{\"tasks\": {\"mail\": \"deno run mail.ts\"}}");
        Files.writeString(app.resolve("Procfile"), "web: deno run --allow-net web.ts\nmail: deno task mail\n");
        Files.writeString(app.resolve("web.ts"), SERVER);
        Files.writeString(app.resolve("mail.ts"), "const n: number = \"x\";\n");
        assertThatThrownBy(this::build).hasMessageStartingWith("deno check").hasMessageEndingWith("exit status 1");
        assertThat(lines).anyMatch(line -> line.matches(" +deno check .*mail.ts.*") && line.contains("web.ts"));
    }

    @Test
    void withoutATaskTheFileWithTheUsualNameRuns() throws IOException {
        Files.writeString(app.resolve("deno.json"), "{}");
        Files.writeString(app.resolve("main.ts"), SERVER);
        assertThat(build().defaultProcesses())
                .containsEntry("web", "deno run --allow-net --allow-env --allow-read main.ts");
    }

    @Test
    void aFileOutsideIsNotRead() throws IOException {
        Files.writeString(folder.resolve("outside.ts"), "secret");
        Files.writeString(app.resolve("deno.json"), "{\"tasks\": {\"start\": \"deno run ../outside.ts \\u0000.ts\"}}");
        build();
        assertThat(String.join("\n", lines)).doesNotContain("outside");
    }

    @Test
    void isMeantForDenoAndNotForNodesLinter() throws IOException {
        DenoBuildpack deno = new DenoBuildpack();
        assertThat(deno.detects(new MapSource().with("deno.json", "{}"))).isTrue();
        assertThat(deno.detects(new MapSource().with("deno.lock", "{}").with("main.ts", "")))
                .isTrue();
        assertThat(deno.detects(
                        new MapSource().with("deno.json", "{\"lint\": {}}").with("package.json", "{}")))
                .isFalse();
        assertThat(deno.detects(new MapSource()
                        .with("deno.json", "{\"tasks\": {\"start\": {\"command\": \"x\"}}}")
                        .with("package.json", "{}")))
                .isTrue();
        assertThat(deno.detects(new MapSource().with("main.ts", ""))).isFalse();
    }

    @Test
    void aConfigurationThatIsNoneIsRefusedInWords() {
        assertThatThrownBy(() -> new DenoBuildpack()
                        .detects(new MapSource()
                                .with("deno.json", "{\"tasks\": ")
                                .with("package.json", "{}")))
                .isInstanceOf(Refusal.class)
                .hasMessageStartingWith("deno.json line 1, column ");
    }
}
