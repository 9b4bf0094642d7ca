package dev.tinyserv.buildpacks.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MissingProgramTest {
    @TempDir
    Path app;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "target/universal/stage/bin/shop -Dhttp.port=${PORT} | target/universal/stage/bin/shop",
                "  exec ./server --port $PORT | ./server",
                "PORT=$PORT NODE_ENV=production bin/web | bin/web",
                "bin/migrate && bin/web | bin/migrate",
            })
    void namesTheFileThatTheCommandBeginsWith(String command, String program) {
        assertThat(MissingProgram.of(app, app, command)).contains(program);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "server",
                "npm start",
                "java -jar target/app.jar",
                "make && bin/web",
                "cd x && ./web",
                "bin/web || ./other",
                "bin/try; ./other",
                "bin/worker & exec ./other",
                "bin/try\n./other",
                "$HOME/bin/web",
                "~/bin/web",
                "/usr/local/bin/web",
                "\"bin/web\"",
                "bin/$NAME",
                "bin/w* x",
                "X=$(make) bin/web",
                "X='a b' bin/web",
                "../../outside",
                "",
            })
    void saysNothingThatIsNotCertain(String command) {
        assertThat(MissingProgram.of(app, app, command)).isEmpty();
    }

    @Test
    void whatIsThereIsNotMissing() throws IOException {
        Path folder = Files.createDirectories(app.resolve("api/bin"));
        Files.createFile(folder.resolve("web"));
        Files.createSymbolicLink(app.resolve("link"), Path.of("/opt/made/later"));
        assertThat(MissingProgram.of(app, app.resolve("api"), "bin/web")).isEmpty();
        assertThat(MissingProgram.of(app, app.resolve("api"), "../link")).isEmpty();
        assertThat(MissingProgram.of(app, app.resolve("api"), "../bin/web")).contains("../bin/web");
        Files.createDirectory(app.resolve(".profile.d"));
        assertThat(MissingProgram.of(app, app, "bin/web"))
                .as("a profile may make it")
                .isEmpty();
    }
}
