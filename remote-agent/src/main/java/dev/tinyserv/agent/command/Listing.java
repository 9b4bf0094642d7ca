package dev.tinyserv.agent.command;

import java.time.Instant;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * Rows of one kind: programs read them as they are, people as a table.
 *
 * @param none what people read if there are none; may be empty
 * @param cells a row of the table, with ages as they are at that time
 */
record Listing<T>(List<T> data, Supplier<String> none, BiFunction<T, Instant, List<String>> cells) implements Facts {
    @Override
    public Text text(Instant now) {
        String instead = data.isEmpty() ? none.get() : "";
        return instead.isEmpty()
                ? new Text()
                        .table(data.stream().map(row -> cells.apply(row, now)).toList())
                : new Text().line(instead);
    }
}
