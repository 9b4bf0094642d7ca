package dev.tinyserv.agent.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Daemon;
import dev.tinyserv.buildpacks.process.Transcript;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Each kind of answer, as lines and as JSON. */
class RenderersTest {
    private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Console console = new Console(out, err, false);
    private final Renderer plain = new PlainRenderer(console, Clock.fixed(NOW, ZoneOffset.UTC));
    private final Renderer json = new JsonRenderer(console);

    /** Facts with a warning, a problem and a failure. */
    private record Weather(String place, int degrees, boolean fails) implements Facts {
        @Override
        public List<String> warnings() {
            return List.of("the thermometer is old");
        }

        @Override
        public Text text(Instant now) {
            return new Text()
                    .line("=== " + place)
                    .table(List.of(List.of("now", degrees + " degrees"), List.of("tomorrow", "?")))
                    .problem("no forecast")
                    .line(Ago.of(now.minusSeconds(3600), now));
        }

        @Override
        public Optional<Refusal> failure() {
            return fails ? Optional.of(new Refusal("it rains")) : Optional.empty();
        }
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String complained() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void factsAreTextForPeople() {
        plain.show(new Weather("Graz", 12, false));

        assertThat(printed()).isEqualTo("""
                === Graz
                now        12 degrees
                tomorrow   ?
                2026-11-30 11:00:00 (~ 1h ago)
                """);
        assertThat(complained()).isEqualTo(" !     the thermometer is old\n !     no forecast\n");
    }

    @Test
    void factsAreTheirRecordForPrograms() {
        json.show(new Weather("Graz", 12, false));

        assertThat(printed()).isEqualTo("""
                {
                  "place" : "Graz",
                  "degrees" : 12,
                  "fails" : false
                }
                """);
        assertThat(complained()).isEqualTo(" !     the thermometer is old\n");
    }

    @Test
    void whatFailedIsThrownAfterTheFactsAreShown() {
        for (Renderer renderer : List.of(plain, json)) {
            out.reset();
            assertThatThrownBy(() -> renderer.show(new Weather("Graz", 12, true)))
                    .hasMessage("it rains");
            assertThat(printed()).contains("Graz");
        }
    }

    @Test
    void aDeedIsOneLineForPeopleAndItsFactsForPrograms() {
        Deed deed = new Deed("Sweeping", transcript -> {
            transcript.line("under the bed");
            return new Done("bed");
        });
        plain.show(deed);
        assertThat(printed()).isEqualTo("Sweeping... done\n");

        out.reset();
        json.show(deed);
        assertThat(printed()).contains("\"app\" : \"bed\"").doesNotContain("Sweeping");
        assertThat(complained()).isEmpty();
    }

    @Test
    void aDeedThatFailsShowsWhatItTold() {
        Deed deed = new Deed("Sweeping", transcript -> {
            transcript.line("under the bed");
            throw new Refusal("no broom");
        });

        assertThatThrownBy(() -> plain.show(deed)).hasMessage("no broom");
        assertThat(printed()).isEqualTo("Sweeping... failed\n");
        assertThat(complained()).isEqualTo("under the bed\n");
    }

    @Test
    void theStepsOfWorkAreReadAsTheyHappenAndBesideJson() {
        Work work = new Work(transcript -> {
            transcript.step("Building");
            return new Weather("Graz", 12, false);
        });
        plain.show(work);
        assertThat(printed()).startsWith("-----> Building\n=== Graz");

        out.reset();
        err.reset();
        json.show(work);
        assertThat(printed()).startsWith("{").doesNotContain("Building");
        assertThat(complained()).startsWith("-----> Building\n");
    }

    @Test
    void workGoesOnWhenNobodyReadsAndLinesEnd() {
        Console gone = new Console(
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("gone");
                    }
                },
                err,
                false);
        Renderer renderer = new PlainRenderer(gone, Clock.systemUTC());
        AtomicInteger steps = new AtomicInteger();
        renderer.show(new Work(transcript -> {
            transcript.step("one");
            steps.incrementAndGet();
            return Facts.none();
        }));
        assertThat(steps).hasValue(1);

        Lines lines = sink -> {
            sink.line("one");
            steps.incrementAndGet();
        };
        assertThatThrownBy(() -> renderer.show(lines)).isInstanceOf(UncheckedIOException.class);
        assertThat(steps).hasValue(1);
    }

    /** An output whose reader stalls until it is told to read again. */
    private static final class Stalled extends OutputStream {
        private final CountDownLatch readsAgain = new CountDownLatch(1);
        private final ByteArrayOutputStream read = new ByteArrayOutputStream();
        private volatile boolean stalls;

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                if (stalls) {
                    readsAgain.await();
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            read.write(bytes, offset, length);
        }
    }

    private static void awaitBoth(CountDownLatch begun) {
        try {
            assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whoeverDoesNotReadHoldsUpNeitherWorkNorADeed() throws Exception {
        for (boolean asJson : List.of(false, true)) {
            Stalled reader = new Stalled();
            Console stalled = new Console(reader, reader, false);
            Renderer renderer = asJson ? new JsonRenderer(stalled) : new PlainRenderer(stalled, Clock.systemUTC());
            CountDownLatch begun = new CountDownLatch(2); // what a deed shows before it acts has been read by then
            CountDownLatch acted = new CountDownLatch(2);
            Function<Transcript, Facts> act = transcript -> {
                begun.countDown();
                awaitBoth(begun);
                reader.stalls = true;
                transcript.problem("one");
                transcript.problem("two");
                acted.countDown();
                return Facts.none();
            };
            Thread work = Daemon.start("work", () -> renderer.show(new Work(act)));
            Thread deed = Daemon.start("deed", () -> renderer.show(new Deed("Sweeping", act)));

            assertThat(acted.await(20, TimeUnit.SECONDS)).isTrue();
            reader.readsAgain.countDown();
            work.join();
            deed.join();
            assertThat(reader.read.toString(StandardCharsets.UTF_8)).contains(" !     one\n", " !     two\n");
        }
    }

    @Test
    void aDeedThatFailsOfAnErrorOfOursEndsItsLineAndShowsWhatItTold() {
        Deed deed = new Deed("Sweeping", transcript -> {
            transcript.line("under the bed");
            throw new IllegalStateException("the broom is a snake");
        });

        assertThatThrownBy(() -> plain.show(deed)).hasMessage("the broom is a snake");
        assertThat(printed()).isEqualTo("Sweeping... failed\n");
        assertThat(complained()).isEqualTo("under the bed\n");
    }

    @Test
    void aProblemOfADeedIsShownBeforeItsResult() {
        plain.show(new Deed("Sweeping", transcript -> {
            transcript.problem("the bed is \u001b[31mred");
            return new Done("bed");
        }));

        assertThat(printed()).isEqualTo("Sweeping... \ndone\n");
        assertThat(complained()).isEqualTo(" !     the bed is \\x1b[31mred\n");
    }
}
