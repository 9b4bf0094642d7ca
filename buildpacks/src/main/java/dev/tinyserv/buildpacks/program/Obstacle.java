package dev.tinyserv.buildpacks.program;

/**
 * What keeps a file from being started.
 *
 * @param what what is so, such as {@code start.sh is not executable}
 * @param remedy the command that mends it, in the app's repository or on the server
 */
public record Obstacle(String what, String remedy) {
    /** Both, for a message. */
    public String text() {
        return what + ": " + remedy;
    }
}
