package dev.tinyserv.agent.git;

import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.config.SettingKind;
import dev.tinyserv.agent.config.SettingsReader;

/** The limits of pushes. */
public record GitSettings(
        Layout layout, long maxPackBytes, long maxObjectBytes, int maxFiles, long maxCheckoutBytes, int maxRefs) {
    public static GitSettings read(SettingsReader settings) {
        return new GitSettings(
                settings.layout(),
                settings.read("TINYSERV_MAX_PACK", SettingKind.SIZE, "1g", "The largest push that is taken."),
                settings.read(
                        "TINYSERV_MAX_OBJECT",
                        SettingKind.SIZE,
                        "500m",
                        "The largest single file or object in a push."),
                settings.read(
                        "TINYSERV_MAX_FILES",
                        SettingKind.upTo(10_000_000),
                        "100000",
                        "The most files in a deployed tree."),
                settings.read("TINYSERV_MAX_CHECKOUT", SettingKind.SIZE, "2g", "The largest deployed tree, in bytes."),
                settings.read(
                        "TINYSERV_MAX_REFS",
                        SettingKind.upTo(1_000_000),
                        "1000",
                        "The most branches and tags of one app."));
    }
}
