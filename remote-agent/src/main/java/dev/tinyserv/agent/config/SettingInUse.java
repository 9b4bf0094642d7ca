package dev.tinyserv.agent.config;

/**
 * A setting with the value that is in force, for people.
 *
 * @param name the name of the setting
 * @param value the text of its value
 * @param source where the value came from: {@code default}, {@code environment} or the path of the file
 * @param meaning what the setting is for, in one sentence
 */
public record SettingInUse(String name, String value, String source, String meaning) {
    static final String DEFAULT = "default";
}
