package dev.tinyserv.agent.run;

/**
 * A start or an end that is done in the background, and of what, for the log.
 *
 * @param title such as {@code shop v7 web.1}
 * @param work what is done
 */
record InstanceWork(String title, Runnable work) implements Runnable {
    @Override
    public void run() {
        work.run();
    }

    @Override
    public String toString() {
        return title;
    }
}
