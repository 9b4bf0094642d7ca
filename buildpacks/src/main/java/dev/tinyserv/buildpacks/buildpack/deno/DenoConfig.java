package dev.tinyserv.buildpacks.buildpack.deno;

import dev.tinyserv.buildpacks.source.JsonSource;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** An app's {@code deno.json} or {@code deno.jsonc}, as far as a build needs it. */
record DenoConfig(ObjectNode content) {
    static final List<String> NAMES = List.of("deno.json", "deno.jsonc");
    static final int MAX_BYTES = 256 * 1024;

    static DenoConfig parse(String name, byte[] bytes) {
        return new DenoConfig(JsonSource.parseWithComments(name, bytes));
    }

    boolean hasTask(String name) {
        return !command(name).isEmpty();
    }

    /** What a task runs; empty if there is none of that name. It is a command, or an object with one. */
    String command(String task) {
        JsonNode value = content.path("tasks").path(task);
        JsonNode command = value.isObject() ? value.path("command") : value;
        return command.isString() ? command.stringValue() : "";
    }
}
