package dev.tinyserv.buildpacks.buildpack.deno;

import dev.tinyserv.buildpacks.source.JsonSource;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** An app's {@code deno.json} or {@code deno.jsonc}, as far as a build needs it. */
record DenoConfig(ObjectNode content) {
    static final List<String> NAMES = List.of("deno.json", "deno.jsonc");
    static final int MAX_BYTES = 256 * 1024;

    private static final Set<String> ENDINGS = Set.of("ts", "tsx", "mts", "js", "jsx", "mjs");

    static DenoConfig parse(String name, byte[] bytes) {
        return new DenoConfig(JsonSource.parseWithComments(name, bytes));
    }

    boolean hasTask(String name) {
        return !command(name).isEmpty();
    }

    /** The words of a task that may be the files that it runs. */
    List<String> filesOf(String task) {
        return Stream.of(command(task).split("\\s+", -1))
                .filter(word -> ENDINGS.contains(word.substring(word.lastIndexOf('.') + 1)))
                .toList();
    }

    /** A task is a command, or an object with one. */
    private String command(String task) {
        JsonNode value = content.path("tasks").path(task);
        JsonNode command = value.isObject() ? value.path("command") : value;
        return command.isString() ? command.stringValue() : "";
    }
}
