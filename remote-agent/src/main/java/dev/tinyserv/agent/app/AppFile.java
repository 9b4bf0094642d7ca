package dev.tinyserv.agent.app;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * The format of {@code apps/NAME.json}. Keys are flat and are only added, so that an earlier version reads the file of
 * a later one. A key that an older file does not have is null and has its default. The key {@code affinity} is left out
 * for its default.
 *
 * @param schema the version of this format: {@value #SCHEMA}
 */
record AppFile(
        int schema,
        AppName app,
        int port,
        boolean up,
        Instant createdAt,
        String createdBy,
        @Nullable List<String> buildpacks,
        @Nullable String root,
        @Nullable List<String> watch,
        @Nullable Boolean autoCancel,
        @Nullable List<String> show,
        @Nullable Formation formation,

        @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable
        SortedMap<ProcessType, TypeSettings> types,

        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer formedBy,

        @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable
        SortedSet<ProcessSelector> stopped,

        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String affinity) {
    /** The version of the format that this code writes. */
    static final int SCHEMA = 1;
}
