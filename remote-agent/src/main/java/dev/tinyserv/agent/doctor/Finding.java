package dev.tinyserv.agent.doctor;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * One thing that a check saw.
 *
 * @param area what was looked at: {@code Disk}, {@code Keys} …, or {@code App NAME}
 * @param what the fact and its place; one line without control characters
 * @param remedy what to do about it; empty if there is nothing to do
 */
public record Finding(String area, Level level, String what, String remedy) {
    /** How bad a finding is. */
    public enum Level {
        /** All is as it should be. */
        @JsonProperty("ok")
        OK,
        /** The thing works, but may not for long, or not as well as it could. */
        @JsonProperty("warning")
        WARNING,
        /** Something does not work, or is open that should not be. */
        @JsonProperty("problem")
        PROBLEM
    }

    /** The fact and its remedy in one line. */
    public String text() {
        return remedy.isEmpty() ? what : what + "; " + remedy;
    }
}
