package dev.tinyserv.agent.run;

import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.buildpacks.Refusal;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The one process that runs of a release: {@code web}, else its only type.
 *
 * @param type its type
 * @param command its command
 */
record MainProcess(ProcessType type, String command) {

    /** Picks it; refuses a release without any, and one with several of which none is web. */
    static MainProcess of(Release release) {
        String web = release.processes().get(ProcessType.WEB);
        if (web != null) {
            return new MainProcess(ProcessType.WEB, web);
        }
        List<MainProcess> others = release.processes().entrySet().stream()
                .filter(entry -> !entry.getKey().equals(ProcessType.RELEASE))
                .map(entry -> new MainProcess(entry.getKey(), entry.getValue()))
                .toList();
        if (others.size() == 1) {
            return others.get(0);
        }
        if (others.isEmpty()) {
            throw new Refusal(release.name() + " of " + release.app()
                    + " has no process to run; add a line 'web: COMMAND' to the" + " Procfile and push");
        }
        String types = others.stream().map(main -> main.type().value()).collect(Collectors.joining(", "));
        throw new Refusal("the Procfile has no web and several others: " + types
                + "; one process runs for each app: name one of them web");
    }

    /** The type it has, or would have if there were one. */
    static ProcessType typeIn(Release release) {
        return release.processes().keySet().stream()
                .filter(type -> !type.equals(ProcessType.RELEASE))
                .findFirst()
                .filter(type -> !release.processes().containsKey(ProcessType.WEB))
                .orElse(ProcessType.WEB);
    }

    String name() {
        return type + ".1";
    }

    boolean isWeb() {
        return type.equals(ProcessType.WEB);
    }
}
