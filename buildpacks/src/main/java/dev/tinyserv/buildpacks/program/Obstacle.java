package dev.tinyserv.buildpacks.program;

/**
 * The reason why a file cannot be started.
 *
 * @param what the reason, such as {@code start.sh is not executable}
 * @param remedy the command that mends it, in the app's repository or on the server
 */
public record Obstacle(String what, String remedy) {
    /** Both, for a message. */
    public String text() {
        return what + ": " + remedy;
    }
}
