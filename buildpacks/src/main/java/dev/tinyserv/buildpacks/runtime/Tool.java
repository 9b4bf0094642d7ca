package dev.tinyserv.buildpacks.runtime;

/**
 * A program that a language needs on the server.
 *
 * @param program its name on {@code PATH}
 * @param versionArgument the argument with which it tells its version
 * @param optional whether only some of the language's apps need it, by the files that they have
 * @param remedy how one gets it: {@code on Debian: apt-get install maven}
 */
public record Tool(String program, String versionArgument, boolean optional, String remedy) {
    private static final String USUAL_VERSION_ARGUMENT = "--version";

    /** One that every app in the language needs. */
    public static Tool needed(String program, String remedy) {
        return new Tool(program, USUAL_VERSION_ARGUMENT, false, remedy);
    }

    /** One that only some apps need. */
    public static Tool optional(String program, String remedy) {
        return new Tool(program, USUAL_VERSION_ARGUMENT, true, remedy);
    }
}
