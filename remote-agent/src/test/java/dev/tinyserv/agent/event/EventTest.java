package dev.tinyserv.agent.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.tinyserv.agent.app.Affinity;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.BuildSettings;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The lines of the timeline, which people search: each is made from the data of its event. */
class EventTest {
    private static final AppName SHOP = new AppName("shop");
    private static final String COMMIT = "c0ffee0123456789c0ffee0123456789c0ffee01";
    private static final BuildEvent.Times TIMES = new BuildEvent.Times(Duration.ofSeconds(3), Duration.ofMillis(1234));

    static Stream<Arguments> lines() {
        BuildSettings set = new BuildSettings(List.of("node", "python"), "web", List.of("web", "lib"), true, List.of());
        return Stream.of(
                arguments(new AppEvent.Created(SHOP, "ada", 5000), "app", "created by ada on port 5000"),
                arguments(new AppEvent.Stopped(SHOP, "ada"), "app", "stopped by ada"),
                arguments(
                        new AppEvent.BuildChanged(SHOP, "ada", BuildSettings.DEFAULT),
                        "app",
                        "set by ada for the next build: buildpacks detected; root .; watched everything"),
                arguments(
                        new AppEvent.BuildChanged(SHOP, "ada", set),
                        "app",
                        "set by ada for the next build: buildpacks node, python; root web; watched web, lib"),
                arguments(
                        new AppEvent.AffinityChanged(SHOP, "ada", Affinity.COOKIE),
                        "app",
                        "affinity set to cookie by ada"),
                arguments(
                        new AppEvent.Rebuilt(SHOP, "v7"),
                        "app",
                        "apps/shop.json was damaged; it was written anew from v7"),
                arguments(new AppEvent.Destroyed(SHOP, "ada"), "app", "destroyed by ada"),
                arguments(new BuildEvent.Began(SHOP, 3, COMMIT), "build", "build of c0ffee0 started"),
                arguments(
                        new BuildEvent.Succeeded(SHOP, 3, COMMIT, TIMES, "20261120-100000-c0ffee0"),
                        "build",
                        "build of c0ffee0 done in 1234 ms: slug 20261120-100000-c0ffee0"),
                arguments(
                        new BuildEvent.Failed(SHOP, 3, COMMIT, TIMES, "npm exited with status 1"),
                        "build",
                        "build of c0ffee0 failed: npm exited with status 1"),
                arguments(
                        new ReleaseEvent.Released(SHOP, 7, "Deploy c0ffee0", "ada", COMMIT),
                        "deploy",
                        "v7 is live: Deploy c0ffee0 by ada"),
                arguments(new ReleaseEvent.Failed(SHOP, 7, "no port"), "deploy", "v7 failed: no port"),
                arguments(
                        new KeyEvent.Added("ada\n", "SHA256:x", true),
                        "keys",
                        "key ada\\x0a SHA256:x was added as an admin's"),
                arguments(new KeyEvent.Removed("ada", "SHA256:x"), "keys", "key ada SHA256:x was removed"),
                arguments(new PushEvent(SHOP, "ada", List.of("refs/heads/main")), "git", ""));
    }

    @ParameterizedTest
    @MethodSource("lines")
    void eachHasItsLine(Event event, String part, String line) {
        assertThat(event.part()).isEqualTo(part);
        assertThat(event.text()).isEqualTo(line);
    }
}
