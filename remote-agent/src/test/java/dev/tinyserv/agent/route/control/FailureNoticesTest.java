package dev.tinyserv.agent.route.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.event.FailedRequest;
import java.util.List;
import org.junit.jupiter.api.Test;

class FailureNoticesTest {
    private static final AppName APP = new AppName("app");
    private static final FailedRequest REQUEST = new FailedRequest("GET", "/", 502, null, false, "refused", 3);

    @Test
    void noticesAreFewAndKeptUntilAnAgentListens() {
        FailureNotices notices = new FailureNotices();
        for (int i = 0; i < 100; i++) {
            notices.failed(APP, REQUEST, 1);
        }
        List<ControlMessage.Notice> taken = notices.take(2_000_000_000L);
        assertThat(taken).hasSize(FailureNotices.PER_SECOND + 1);
        assertThat(taken.get(20)).isEqualTo(new ControlMessage.Failed(APP, "80 more requests failed", null));
        for (int i = 0; i < 5000; i++) {
            notices.failed(APP, REQUEST, i * 1_000_000_000L);
        }
        assertThat(notices.take(Long.MAX_VALUE / 2)).hasSize(FailureNotices.MAX_WAITING);
    }
}
