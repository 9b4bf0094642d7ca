package dev.tinyserv.agent.app;

import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import java.util.Arrays;
import java.util.List;

/** Paths in an app's repository, as people write them. */
public final class RepositoryPath {
    private static final int MAX_LENGTH = 1000;

    private RepositoryPath() {}

    /**
     * The path in the form of git: relative, without empty parts, {@code .} or a slash at its end.
     *
     * @return empty for the whole repository
     * @throws Refusal if it could lead out of the repository, is too long, or holds what no path should
     */
    public static String checked(String path) {
        List<String> parts = Arrays.stream(path.strip().split("/", -1))
                .filter(part -> !part.isEmpty() && !part.equals("."))
                .toList();
        boolean usable = !path.strip().startsWith("/")
                && path.length() <= MAX_LENGTH
                && !parts.contains("..")
                && path.chars().noneMatch(c -> c < 0x20 || c == 0x7f || c == '\\' || c == '*');
        if (!usable) {
            throw Refusal.usage("'" + Printable.shortened(path, 60)
                    + "' is no path in the repository; say for example services/api");
        }
        return String.join("/", parts);
    }
}
