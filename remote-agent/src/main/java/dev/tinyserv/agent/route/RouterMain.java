package dev.tinyserv.agent.route;

import dev.tinyserv.agent.route.proxy.RouterSettings;
import dev.tinyserv.buildpacks.base.Refusal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The main of the router's process. It serves until SIGTERM, or until a successor has its sockets; then it exits with
 * 0. It exits with 75 if another router serves the root and does not hand over, with 1 if it cannot serve.
 */
public final class RouterMain {
    /** Another router is there: try again later (EX_TEMPFAIL of sysexits.h). */
    public static final int TAKEN = 75;

    private static final Logger LOG = LoggerFactory.getLogger(RouterMain.class);

    private RouterMain() {}

    /** Serves until the router ends. Returns the exit status. */
    public static int run(RouterSettings settings) throws InterruptedException {
        Router router;
        try {
            router = Router.start(settings);
        } catch (Router.Taken e) {
            LOG.error("{}", e.getMessage());
            return TAKEN;
        } catch (Refusal e) {
            LOG.error("{}", e.getMessage(), e);
            return Refusal.FAILED;
        } catch (RuntimeException e) {
            LOG.error("the router cannot start because of a fault in it", e);
            return Refusal.FAILED;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(router), "router-end"));
        router.awaitEnd();
        return 0;
    }

    /** Halts with 0, because a JVM exits with 143 on SIGTERM. */
    private static void end(Router router) {
        router.close();
        try {
            router.awaitEndBriefly();
        } catch (InterruptedException e) {
            LOG.warn("ending at once", e);
        }
        Runtime.getRuntime().halt(0);
    }
}
