package dev.tinyserv.agent.route.http;

/**
 * A header field of the router's own.
 *
 * @param name as it is written
 * @param value without a line end
 */
public record Field(String name, String value) {}
