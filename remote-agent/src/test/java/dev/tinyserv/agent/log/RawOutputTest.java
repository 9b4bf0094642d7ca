package dev.tinyserv.agent.log;

import static dev.tinyserv.agent.log.LogsFixture.APP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.agent.config.Layout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Collects in the test's own steps, and lets time pass where the test says so. */
@Tag("slow")
class RawOutputTest {
    private static final int LIMIT = 4 << 20;
    private static final String BURST = "burst\n".repeat(4_000_000);
    private static final String NOTE = "dropped \\d+ bytes of web\\.1's output: .*";

    @TempDir
    Path root;

    private final List<Runnable> planned = new ArrayList<>();
    private LogsFixture fixture;
    private RawFile file;
    private RawOutput output;

    @BeforeEach
    void open() throws IOException {
        fixture = new LogsFixture(root);
        Layout layout = fixture.layout;
        Files.createDirectories(layout.output());
        file = new RawFile(layout.output(), "id1", APP, "web.1", new HolePunch("fallocate"));
        output = new RawOutput(
                file,
                new Cursor(APP, "web.1", 0, false),
                new Timeline(layout.logs(APP), LIMIT, Clock.systemUTC()),
                LIMIT,
                (millis, action) -> planned.add(action),
                new byte[128 * 1024]);
    }

    private void print(String text) throws IOException {
        Files.writeString(file.path(), text, StandardCharsets.US_ASCII);
    }

    private void aSecondPasses() {
        List<Runnable> due = List.copyOf(planned);
        planned.clear();
        due.forEach(Runnable::run);
    }

    private List<String> notes() {
        return fixture.stored()
                .filter(line -> line.matches(".*tinyserv\\[log\\]: " + NOTE))
                .toList();
    }

    @Test
    void whatIsDroppedIsToldWhenTheRestOfTheFloodIsThere() throws IOException {
        print(BURST);
        boolean more = output.collect();
        assertThat(more).isTrue();
        aSecondPasses();
        assertThat(notes()).isEmpty();

        while (more) {
            more = output.collect();
            aSecondPasses();
        }
        aSecondPasses();

        assertThat(notes()).hasSize(1);
        assertThat(fixture.stored().toList()).last().isEqualTo(notes().get(0));
    }

    @Test
    void aFloodThatDoesNotEndIsToldAllTheSame() throws IOException {
        print(BURST);
        assertThat(output.collect()).isTrue();
        for (int i = 0; i < 10; i++) {
            aSecondPasses();
            assertThat(notes()).isEmpty();
        }

        aSecondPasses();

        assertThat(notes()).hasSize(1);
    }
}
