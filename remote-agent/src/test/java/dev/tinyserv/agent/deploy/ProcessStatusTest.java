package dev.tinyserv.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.agent.app.ProcessName;
import dev.tinyserv.agent.deploy.ProcessStatus.State;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class ProcessStatusTest {
    /** {@code ps --json} has had these keys, in this order, since the first version. */
    @Test
    void scriptsReadTheKeysThatTheyKnow() {
        ProcessStatus crashed =
                new ProcessStatus(ProcessName.of("web.1"), State.CRASHED, null, null, "v7", Instant.EPOCH, 2, 137);
        assertThat(new JsonMapper().writeValueAsString(crashed))
                .isEqualTo("{\"name\":\"web.1\",\"type\":\"web\",\"state\":\"crashed\",\"pid\":null,\"port\":null,"
                        + "\"release\":\"v7\",\"since\":\"1970-01-01T00:00:00Z\",\"restarts\":2,\"lastExit\":137}");
    }
}
