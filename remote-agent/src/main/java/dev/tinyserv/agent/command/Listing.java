package dev.tinyserv.agent.command;

import java.time.Instant;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * Rows of one kind: an array for programs, a table for people.
 *
 * @param none what people read if there are none; may be empty
 * @param cells makes a row of the table, with ages at the given time
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
