package dev.tinyserv.agent.git;

import org.eclipse.jgit.storage.file.WindowCacheConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;

/** JGit's settings for the process: for a small heap, and without the user's git configuration. */
final class JGitSetUp {
    private static boolean done;

    private JGitSetUp() {}

    static synchronized void once() {
        if (done) {
            return;
        }
        // should JGit measure the file system's clock after all, then no push waits three seconds for it
        FS.FileStoreAttributes.setBackground(true);
        SystemReader.setInstance(new IsolatedSystemReader(SystemReader.getInstance()));
        WindowCacheConfig cache = new WindowCacheConfig();
        cache.setPackedGitLimit(16L * WindowCacheConfig.MB);
        cache.setPackedGitWindowSize(32 * WindowCacheConfig.KB);
        cache.setPackedGitOpenFiles(64);
        // a mapped file that is cut short kills the whole JVM
        cache.setPackedGitMMAP(false);
        cache.setDeltaBaseCacheLimit(4 * WindowCacheConfig.MB);
        cache.setStreamFileThreshold(10 * WindowCacheConfig.MB);
        cache.setExposeStatsViaJmx(false);
        cache.install();
        done = true;
    }
}
