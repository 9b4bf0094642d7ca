package dev.tinyserv.agent.app;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.tinyserv.buildpacks.base.Refusal;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How the processes of one type are run; a part of {@link AppState}. {@link TypeKey} is the table of its keys. What has
 * its default is left out of the app's file.
 *
 * @param surge how many processes a change of release starts at a time beside the old ones; null for all at once
 * @param exclusive whether no two releases of the type may run at a time: the old processes are ended first
 */
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
public record TypeSettings(@Nullable Integer surge, boolean exclusive) {
    /** The settings of a type for which nothing was set. */
    public static final TypeSettings DEFAULT = new TypeSettings(null, false);

    /** Refuses a surge below 1. */
    public TypeSettings {
        if (surge != null && surge < 1) {
            throw new Refusal("surge is " + surge + "; it is 1 or more");
        }
    }

    @JsonCreator
    static TypeSettings read(
            @JsonProperty("surge") @Nullable Integer surge, @JsonProperty("exclusive") @Nullable Boolean exclusive) {
        return new TypeSettings(surge, Objects.requireNonNullElse(exclusive, false));
    }

    /** These settings with another surge; null for all processes at once. */
    public TypeSettings withSurge(@Nullable Integer wanted) {
        return new TypeSettings(wanted, exclusive);
    }

    /** These settings with the type exclusive, or not. */
    public TypeSettings withExclusive(boolean wanted) {
        return new TypeSettings(surge, wanted);
    }

    /** All settings as words that {@code ps:set} takes, such as {@code surge=all exclusive=off}. */
    public String asWords() {
        return TypeKey.ALL.stream()
                .map(key -> key.name() + "=" + key.show().apply(this))
                .collect(Collectors.joining(" "));
    }
}
