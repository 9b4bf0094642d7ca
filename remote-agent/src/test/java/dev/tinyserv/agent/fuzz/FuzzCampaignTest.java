package dev.tinyserv.agent.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.fault.Campaign;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * Lets Jazzer look for an input that breaks a promise: five minutes for each target, two at a time, each in a JVM of its
 * own, because the fuzzer rewrites the classes that it measures. What it finds lies in {@code target/fuzz/NAME/found};
 * copied into the corpus it is tried in every build.
 */
class FuzzCampaignTest {
    private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("tinyserv.fuzz.seconds", 300));
    private static final Duration START_UP = Duration.ofMinutes(5);
    private static final int LARGEST_INPUT = 4096;
    private static final int LEAST_INPUTS = 10_000;
    private static final Pattern TRIED = Pattern.compile("stat::number_of_executed_units: (\\d+)");

    @Test
    void nothingIsFoundInFiveMinutes() throws Exception {
        Assumptions.assumeTrue(Campaign.isOn(), "only in a campaign: it takes a quarter of an hour");
        ExecutorService two = Executors.newFixedThreadPool(2);
        try {
            List<Callable<String>> runs = new ArrayList<>();
            for (FuzzTarget target : FuzzTarget.values()) {
                runs.add(() -> fuzz(target));
            }
            List<String> problems = new ArrayList<>();
            for (Future<String> run : two.invokeAll(runs)) {
                problems.add(run.get());
            }
            assertThat(problems).allMatch(String::isEmpty);
        } finally {
            two.shutdownNow();
        }
    }

    /** What went wrong; empty if nothing did. */
    private static String fuzz(FuzzTarget target) throws IOException, InterruptedException {
        Path folder = Path.of("target", "fuzz", target.name()).toAbsolutePath();
        Path found = Files.createDirectories(folder.resolve("found"));
        Path grown = Files.createDirectories(folder.resolve("corpus"));
        Path log = folder.resolve("log");
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-Xmx512m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        "com.code_intelligence.jazzer.Jazzer",
                        "--target_class=" + target.className(),
                        "--instrumentation_includes=dev.tinyserv.**",
                        "--custom_hook_includes=dev.tinyserv.**",
                        "--reproducer_path=" + found,
                        "-artifact_prefix=" + found + "/",
                        "-max_total_time=" + TIME.toSeconds(),
                        "-max_len=" + LARGEST_INPUT,
                        "-timeout=60",
                        "-print_final_stats=1",
                        grown.toString(),
                        target.corpus().toAbsolutePath().toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            if (!process.waitFor(TIME.plus(START_UP).toSeconds(), TimeUnit.SECONDS)) {
                return target + " did not end in time: see " + log;
            }
        } finally {
            process.destroyForcibly();
        }
        String said = Files.readString(log, StandardCharsets.ISO_8859_1);
        if (process.exitValue() != 0) {
            return target + " found something: see " + log;
        }
        Matcher tried = TRIED.matcher(said);
        boolean enough = tried.find() && Integer.parseInt(tried.group(1)) >= LEAST_INPUTS * TIME.toSeconds() / 300;
        return enough ? "" : target + " tried too little to say anything: see " + log;
    }
}
