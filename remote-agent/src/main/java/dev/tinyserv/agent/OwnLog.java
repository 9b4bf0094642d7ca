package dev.tinyserv.agent;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.status.NopStatusListener;
import ch.qos.logback.core.util.Duration;
import ch.qos.logback.core.util.FileSize;
import dev.tinyserv.agent.store.OwnFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets up tinyserv's own log as the launchers say: {@code -Dtinyserv.log=FILE} for the agent and the router, and
 * {@code -Dtinyserv.log=-} for the other verbs, whose errors go to standard error. A file and its two older ones,
 * FILE.1 and FILE.2, take about 15 MiB together. Once the settings are read, {@link #level} says how much is written
 * into it.
 *
 * <p>This is code, because a configuration file would make each JVM load an XML parser and 400 more classes. Logback
 * finds this class as a service. Without the property it leaves Logback alone.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class OwnLog extends ContextAwareBase implements Configurator {
    private static final long FILE_BYTES = 5 << 20;
    private static final int OLDER_FILES = 2;

    private static final String TIME = "%d{\"yyyy-MM-dd'T'HH:mm:ss.SSSXXX\",UTC} ";
    private static final String CALL = "%replace(%X{app}){'(.+)', '[$1] '}%replace(%X{release}){'(.+)', '$1 '}";
    private static final String LEVEL_AND_CLASS = "%-5level %logger{0} ";
    /** Control characters but tab, and those that turn the direction of writing: none can forge a line. */
    private static final String HARMFUL = "[\\x00-\\x08\\x0a-\\x1f\\x7f-\\x9f\\u202a-\\u202e\\u2066-\\u2069]";

    private static final String MESSAGE = "%replace(%msg){'" + HARMFUL + "', '?'}%n%ex";

    /** sshd, and our subclasses of its classes, log whatever a stranger sends with levels below error. */
    private static final Map<String, Level> LEVELS = Map.of(
            "org.apache.sshd", Level.ERROR,
            "dev.tinyserv.agent.ssh", Level.ERROR,
            "dev.tinyserv.agent.ssh.SshServer", Level.INFO,
            "dev.tinyserv.agent.ssh.SshCommand", Level.INFO,
            "dev.tinyserv.agent.ssh.Heartbeat", Level.INFO,
            "org.eclipse.jgit", Level.WARN,
            "io.netty", Level.WARN);

    @Override
    public ExecutionStatus configure(LoggerContext log) {
        String target = System.getProperty("tinyserv.log");
        if (target == null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        log.getStatusManager().add(new NopStatusListener());
        if (target.equals("-")) {
            write(log, Level.ERROR, errors(log));
        } else {
            LEVELS.forEach((name, level) -> log.getLogger(name).setLevel(level));
            write(log, Level.INFO, file(log, target));
        }
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** Sets the lowest level that is logged from now on, such as {@code warn}; until then it is {@code info}. */
    static void level(String name) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext log) {
            log.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.toLevel(name));
        }
    }

    private static void write(LoggerContext log, Level level, Appender<ILoggingEvent> appender) {
        ch.qos.logback.classic.Logger root = log.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(level);
        root.addAppender(appender);
    }

    private static Appender<ILoggingEvent> errors(LoggerContext log) {
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setTarget("System.err");
        return started(console, log, LEVEL_AND_CLASS + MESSAGE);
    }

    private static Appender<ILoggingEvent> file(LoggerContext log, String name) {
        RollingFileAppender<ILoggingEvent> file = new RollingFileAppender<>();
        file.setContext(log);
        removeLink(name);
        file.setFile(name);
        FixedWindowRollingPolicy older = new FixedWindowRollingPolicy();
        older.setContext(log);
        older.setParent(file);
        older.setFileNamePattern(name.replace("%", "\\%") + ".%i");
        older.setMinIndex(1);
        older.setMaxIndex(OLDER_FILES);
        older.start();
        SizeBasedTriggeringPolicy<ILoggingEvent> size = new SizeBasedTriggeringPolicy<>();
        size.setContext(log);
        size.setMaxFileSize(new FileSize(FILE_BYTES));
        // By default Logback checks the size once a minute, in which a fault that repeats itself could fill the disk.
        size.setCheckIncrement(new Duration(0));
        size.start();
        file.setRollingPolicy(older);
        file.setTriggeringPolicy(size);
        return started(file, log, TIME + LEVEL_AND_CLASS + CALL + MESSAGE);
    }

    /** Deletes a symbolic link in the log's place: Logback would write to the link's target. */
    private static void removeLink(String name) {
        try {
            OwnFile.removeLink(Path.of(name));
        } catch (IOException e) {
            throw new UncheckedIOException(name + " is a symbolic link and cannot be deleted", e);
        }
    }

    private static Appender<ILoggingEvent> started(
            OutputStreamAppender<ILoggingEvent> appender, LoggerContext log, String pattern) {
        PatternLayout layout = new PatternLayout();
        layout.setContext(log);
        layout.setPattern(pattern);
        layout.getInstanceConverterMap().put("ex", ExceptionText::new);
        layout.start();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(log);
        encoder.setCharset(StandardCharsets.UTF_8);
        encoder.setLayout(layout);
        encoder.start();
        appender.setContext(log);
        appender.setEncoder(encoder);
        appender.start();
        return appender;
    }

    /** An exception with its causes, each message in one line: a stranger may have chosen its text. */
    private static final class ExceptionText extends ThrowableProxyConverter {
        @Override
        protected String throwableProxyToString(IThrowableProxy thrown) {
            return super.throwableProxyToString(new Thrown(thrown));
        }
    }

    private record Thrown(IThrowableProxy thrown) implements IThrowableProxy {
        private static final Pattern BAD = Pattern.compile(HARMFUL);

        private static @Nullable String cleaned(@Nullable String text) {
            return text == null ? null : BAD.matcher(text).replaceAll("?");
        }

        @Override
        public @Nullable String getMessage() {
            return cleaned(thrown.getMessage());
        }

        @Override
        public @Nullable String getOverridingMessage() {
            return cleaned(thrown.getOverridingMessage());
        }

        @Override
        public String getClassName() {
            return thrown.getClassName();
        }

        @Override
        public StackTraceElementProxy[] getStackTraceElementProxyArray() {
            return thrown.getStackTraceElementProxyArray();
        }

        @Override
        public int getCommonFrames() {
            return thrown.getCommonFrames();
        }

        @Override
        public @Nullable IThrowableProxy getCause() {
            IThrowableProxy cause = thrown.getCause();
            return cause == null ? null : new Thrown(cause);
        }

        @Override
        public IThrowableProxy[] getSuppressed() {
            IThrowableProxy[] suppressed = thrown.getSuppressed();
            return suppressed == null
                    ? new IThrowableProxy[0]
                    : Stream.of(suppressed).map(Thrown::new).toArray(IThrowableProxy[]::new);
        }

        @Override
        public boolean isCyclic() {
            return thrown.isCyclic();
        }
    }
}
