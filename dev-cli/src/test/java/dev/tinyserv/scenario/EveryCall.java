package dev.tinyserv.scenario;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Developer;
import dev.tinyserv.fixtures.Eventually;
import dev.tinyserv.fixtures.Result;
import dev.tinyserv.fixtures.Running;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Every verb of the developer's command with every option, called one after the other from the folder of an app, and
 * what each call answered, with ids, times and sizes masked.
 */
final class EveryCall {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String OTHER_KEY =
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl eve@example\n";
    private static final String DEPLOYERS_KEY =
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPtFUQ6BZlVJgFJ4EqY6hlDNQlxP0WlhkvMHv6DFSYjL ci@example\n";

    /** Before there is an app in the folder; the words are separated by blanks. */
    private static final List<String> WITHOUT_APP = List.of(
            "version",
            "apps",
            "apps --json",
            "keys",
            "keys --json",
            "settings",
            "settings --json",
            "status",
            "status --json",
            "ps",
            "nope",
            "info -a nope");

    private static final List<String> BEFORE_THE_PUSH =
            List.of("create", "info", "info --json", "releases", "ps --json");

    private static final List<String> READING = List.of(
            "apps",
            "apps --json",
            "apps:info --app shop --json",
            "open -a shop",
            "apps:open --app shop --remote tinyserv",
            "builds",
            "builds -a shop --json",
            "builds:output",
            "builds:output 9 --app shop",
            "builds:cancel -a shop",
            "config",
            "config --json -a shop",
            "config:get NOPE",
            "deploy --dry-run -a shop",
            "disk",
            "disk --json -a shop",
            "doctor",
            "doctor --json",
            "git:remote -a shop -r other",
            "info -r other",
            "ps",
            "ps -a shop --json",
            "releases",
            "releases -n 1 --json -a shop",
            "releases -n x",
            "releases:info",
            "releases:info v1 --json -a shop",
            "releases:info v99 --app shop",
            "status --json");

    private static final List<String> CHANGING = List.of(
            "apps:set watch=server.js auto-cancel=on show=A",
            "info",
            "apps:set -a shop watch= auto-cancel=off show=",
            "buildpacks",
            "buildpacks:add procfile",
            "buildpacks:add node -a shop -i 1",
            "buildpacks -a shop --json",
            "buildpacks:set python -a shop -i 2",
            "buildpacks:set go --app shop --index 1",
            "buildpacks:remove go -a shop",
            "buildpacks",
            "buildpacks:clear -a shop",
            "config:set A=1 B=b'2 -a shop",
            "config:set --app shop C=- < two words",
            "config:set x",
            "config -j",
            "config --vars -a shop",
            "config -s",
            "config --shell --app shop",
            "config:get B -a shop",
            "config:get C --app shop",
            "config:unset A -a shop",
            "config:unset NOPE",
            "rollback -a shop",
            "releases:rollback v2 --app shop",
            "rollback v99",
            "deploy . -a shop",
            "deploy app.tar --app shop --remote tinyserv",
            "deploy -a shop - < no archive",
            "redeploy -a shop",
            "releases --json",
            "ps:scale",
            "ps:scale --json -a shop",
            "ps:scale web=2 -a shop",
            "ps:scale --app shop web-1",
            "scale web",
            "scale nope=1",
            "ps:signal web HUPP",
            "ps:signal worker HUP -a shop",
            "ps:restart web.1 --app shop",
            "ps:stop web.7",
            "ps:start worker",
            "ps:set",
            "ps:set web surge=2 exclusive=off -a shop",
            "ps:set web surge= --app shop --json",
            "ps:set web x=1",
            "restart -a shop",
            "stop -a shop",
            "ps",
            "info",
            "start -a shop",
            "disk:clean --dry-run",
            "disk:clean --json -a shop",
            "keys:add eve < " + OTHER_KEY,
            "keys:add ci --role deployer --apps shop < " + DEPLOYERS_KEY,
            "keys:add bad < rubbish",
            "keys",
            "keys --json",
            "keys:remove eve");

    private static final List<String> LOGS = List.of(
            "logs -a shop -n 1 -s app",
            "logs --app shop --num 1 --source app --ps web.1",
            "logs -p web.1 --raw -n 1",
            "logs -s x");

    private static final List<String> AT_LAST = List.of(
            "apps:deploy-key -a shop",
            "apps:deploy-key --new --app shop",
            "apps:destroy -c wrong",
            "apps:destroy -a shop",
            "destroy --app shop --confirm shop --remote tinyserv",
            "create -a second -r second",
            "apps:create third --remote third",
            "apps:create --app Bad!",
            "destroy -r second -c second",
            "apps");

    private static final List<String> FOLLOWING = List.of("logs -t -n 1 -s app", "logs --tail -n 1 -s app");

    private static final Map<String, String> SHORT = Map.of(
            "create", "apps:create",
            "destroy", "apps:destroy",
            "info", "apps:info",
            "open", "apps:open",
            "restart", "ps:restart",
            "rollback", "releases:rollback",
            "start", "ps:start",
            "scale", "ps:scale",
            "stop", "ps:stop");

    /** What differs from call to call, and what is read in its place; in this order. */
    private static final List<Map.Entry<Pattern, String>> MASKS = Stream.of(
                    "/home/work/\\w+/|/WORK/",
                    "\\d{4}-\\d\\d-\\d\\dT[\\d:.]+(Z|[+]00:00)|TIME",
                    "\\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\b|ID",
                    "SHA256:[\\w+/]+|FINGERPRINT",
                    "AAAA[\\w+/=]+|KEY",
                    "\\b[0-9a-f]{7,40}\\b|HASH",
                    "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d|TIME",
                    "\\(~ \\w+ ago\\)|AGO",
                    "\"(millis|pid|bytes|free|size|builds|cache|repository|logs|data)\" : \\d+|\"$1\" : N",
                    "\\b\\d+([.]\\d+)? ?(ms|s|bytes|[kKMG]?B)\\b|N",
                    "127[.]0[.]0[.]1|ADDRESS",
                    "\\d+[.]\\d+[.]\\d+|VERSION",
                    "AGO +N.*|AGO",
                    "\\d{3,}|N",
                    // Earlier commands did not say on which server.
                    " on ADDRESS:N(?=, and there is nobody)|",
                    " {2,}| ")
            .map(mask -> Map.entry(
                    Pattern.compile(mask.substring(0, mask.lastIndexOf('|'))),
                    mask.substring(mask.lastIndexOf('|') + 1)))
            .toList();

    private final App app;
    private final String folder;
    private final List<String> answers = new ArrayList<>();

    private EveryCall(App app, String folder) {
        this.app = app;
        this.folder = folder;
    }

    /** Has a developer make all calls, on a server that has no app. */
    static EveryCall made(Stage stage, Developer developer) {
        String date = "2026-01-01T00:00:00Z";
        App app = developer
                .with(Map.of("GIT_AUTHOR_DATE", date, "GIT_COMMITTER_DATE", date))
                .sample("probe", "shop");
        EveryCall calls = new EveryCall(app, stage.sandbox().folder().toString());
        calls.makeAll();
        return calls;
    }

    /** Whether a verb is called with an option. */
    static boolean has(String verb, String option) {
        return Stream.of(WITHOUT_APP, BEFORE_THE_PUSH, READING, CHANGING, LOGS, FOLLOWING, AT_LAST)
                .flatMap(List::stream)
                .map(call -> List.of(call.split(" ", -1)))
                .anyMatch(
                        words -> SHORT.getOrDefault(words.get(0), words.get(0)).equals(verb) && words.contains(option));
    }

    /** Each call with its exit status, its output and its error output, masked. */
    List<String> answers() {
        return answers;
    }

    private void makeAll() {
        WITHOUT_APP.forEach(this::call);
        BEFORE_THE_PUSH.forEach(this::call);
        app.push().mustSucceed();
        READING.forEach(this::call);
        app.developer()
                .shell()
                .run("tar", "-cf", "app.tar", "Procfile", "server.js")
                .mustSucceed();
        CHANGING.forEach(this::call);
        Eventually.until(
                "the app has said that it listens",
                SOON,
                () -> app.verb("logs", "-s", "app", "-n", "1").out().contains("listening"));
        LOGS.forEach(this::call);
        FOLLOWING.forEach(this::follow);
        AT_LAST.forEach(this::call);
    }

    private void call(String call) {
        String[] parts = call.split(" < ", 2);
        String[] words = parts[0].split(" ", -1);
        Result result = parts.length == 1
                ? app.developer().tinyserv(words)
                : app.developer().tinyservWithInput(parts[1], words);
        answers.add(masked(
                "$ " + parts[0] + "\n" + result.out() + "[err]\n" + result.err() + "[exit " + result.exit() + "]"));
    }

    private void follow(String call) {
        try (Running tail = app.developer().startTinyserv(call.split(" ", -1))) {
            Eventually.until("a line", SOON, () -> tail.out().contains("\n"));
            answers.add(masked("$ " + call + "\n" + tail.out()));
        }
    }

    private String masked(String text) {
        String masked = text.replace(folder, "");
        for (Map.Entry<Pattern, String> mask : MASKS) {
            masked = mask.getKey().matcher(masked).replaceAll(mask.getValue());
        }
        return masked;
    }
}
