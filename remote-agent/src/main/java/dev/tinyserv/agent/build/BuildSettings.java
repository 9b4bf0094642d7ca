package dev.tinyserv.agent.build;

import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.config.SettingKind;
import dev.tinyserv.agent.config.SettingsReader;
import java.time.Duration;

/** The limits of builds and release phases, and how much of their results is kept. */
public record BuildSettings(
        Layout layout,
        int keepSlugs,
        long cacheBytes,
        Duration buildTimeout,
        long buildMemoryBytes,
        int buildProcesses,
        int parallelBuilds,
        Duration releaseTimeout) {
    /** Declares these settings and reads their values. */
    public static BuildSettings read(SettingsReader settings) {
        return new BuildSettings(
                settings.layout(),
                settings.read(
                        "TINYSERV_KEEP_SLUGS",
                        SettingKind.upTo(1000),
                        "5",
                        "Built trees kept per app, besides what runs."),
                settings.read(
                        "TINYSERV_CACHE_SIZE",
                        SettingKind.SIZE,
                        "5g",
                        "What the builds of all apps together may keep for later builds; what was not used for the"
                                + " longest time goes first."),
                settings.read(
                        "TINYSERV_BUILD_TIMEOUT",
                        SettingKind.TIME,
                        "15m",
                        "After this time a build is ended, with all its processes."),
                settings.read(
                        "TINYSERV_BUILD_MEMORY",
                        SettingKind.atLeast("64m"),
                        "4g",
                        "What all processes of a build may take together; a build that takes more is ended."),
                settings.read(
                        "TINYSERV_BUILD_PROCESSES",
                        SettingKind.upTo(100_000),
                        "1000",
                        "How many processes a build may have at once; a build with more is ended."),
                settings.read(
                        "TINYSERV_PARALLEL_BUILDS",
                        SettingKind.upTo(64),
                        "2",
                        "Builds that run at once, over all apps."),
                settings.read(
                        "TINYSERV_RELEASE_TIMEOUT",
                        SettingKind.TIME,
                        "1h",
                        "After this time a release phase is ended."));
    }
}
