package dev.tinyserv.agent.config;

/**
 * A setting as it holds, for people.
 *
 * @param name its name
 * @param value its text
 * @param source where the value came from: {@code default}, {@code environment} or the file's name
 * @param meaning what it is for
 */
public record SettingInUse(String name, String value, String source, String meaning) {
    static final String DEFAULT = "default";
}
