package dev.tinyserv.agent.git;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;
import org.jspecify.annotations.Nullable;

/**
 * Shows JGit a machine without git configuration: neither files in the home folder, in {@code /etc} or under XDG, nor
 * {@code GIT_*} variables change what the agent does.
 */
final class IsolatedSystemReader extends SystemReader.Delegate {
    private static final long CLOCK_TICK_MILLIS = 100;

    IsolatedSystemReader(SystemReader real) {
        super(real);
    }

    @Override
    public @Nullable String getenv(String variable) {
        return null;
    }

    @Override
    public @Nullable Path getXdgConfigDirectory(FS fileSystem) {
        return null;
    }

    @Override
    public @Nullable Path getXdgCacheDirectory(FS fileSystem) {
        return null;
    }

    @Override
    public FileBasedConfig openUserConfig(@Nullable Config parent, FS fs) {
        return new EmptyConfig(parent, fs);
    }

    @Override
    public FileBasedConfig openSystemConfig(@Nullable Config parent, FS fs) {
        return new EmptyConfig(parent, fs);
    }

    @Override
    public FileBasedConfig openJGitConfig(@Nullable Config parent, FS fs) {
        return new EmptyConfig(parent, fs);
    }

    private static final class EmptyConfig extends FileBasedConfig {
        EmptyConfig(@Nullable Config parent, FS fs) {
            super(parent, null, fs);
        }

        @Override
        public void load() {
            // there is nothing to read
        }

        @Override
        public void save() {
            // there is nowhere to write
        }

        /**
         * JGit takes the granularity of a file system's clock from here; else it would measure, by writing probe files
         * into repositories for seconds. Linux ticks at 10 ms or faster; a file younger than this is just read again.
         */
        @Override
        public long getTimeUnit(
                String section, @Nullable String subsection, String name, long defaultValue, TimeUnit unit) {
            return section.equals("filesystem")
                    ? unit.convert(CLOCK_TICK_MILLIS, TimeUnit.MILLISECONDS)
                    : super.getTimeUnit(section, subsection, name, defaultValue, unit);
        }

        @Override
        public boolean isOutdated() {
            return false;
        }

        @Override
        public String toString() {
            return "empty configuration";
        }
    }
}
