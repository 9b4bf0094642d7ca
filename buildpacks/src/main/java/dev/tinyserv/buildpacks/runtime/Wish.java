package dev.tinyserv.buildpacks.runtime;

/**
 * The version of a runtime that an app asks for.
 *
 * @param text as the app writes it: {@code 20.x}
 * @param file where: {@code package.json}
 * @param range what it means
 */
public record Wish(String text, String file, VersionRange range) {}
