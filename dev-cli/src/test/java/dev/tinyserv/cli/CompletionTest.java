package dev.tinyserv.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinyserv.agent.command.Commands;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The completion of bash knows the verbs and options that there are, and completes them. */
class CompletionTest {
    private static final Path SCRIPT = Path.of("src/main/dist/share/bash-completion/completions/tinyserv");
    private static final List<String> ONLY_HERE = List.of("git:remote", "help", "version");
    private static final Pattern OPTION = Pattern.compile("(?m)^ +(?:-\\w, )?(--[a-z-]+)");

    @TempDir
    Path base;

    @Test
    void isMadeOfTheVerbsThatThereAre() throws IOException {
        Set<String> verbs = new TreeSet<>(ONLY_HERE);
        StringBuilder cases = new StringBuilder();
        Commands.verbs().forEach(verb -> {
            verbs.add(verb.name());
            verbs.addAll(verb.aliases());
        });
        verbs.forEach(verb -> cases.append("            %s) replies='%s' ;;\n".formatted(verb, optionsOf(verb))));
        String script = """
                # Completes tinyserv's verbs and options in bash.
                _tinyserv() {
                    local line=${COMP_LINE:0:COMP_POINT} words word replies=
                    read -ra words <<< "$line"
                    case $line in *[[:space:]]) words+=('') ;; esac
                    word=${words[${#words[@]} - 1]}
                    if [ "${#words[@]}" -le 2 ]; then
                        replies='%s'
                    else
                        case ${words[1]} in
                %s        esac
                    fi
                    COMPREPLY=($(compgen -W "$replies" -- "$word"))
                    # Bash ends a word at a colon, and puts a reply in the place of what follows it.
                    if [[ $word == *:* && $COMP_WORDBREAKS == *:* ]]; then
                        COMPREPLY=("${COMPREPLY[@]#"${word%%:*}:"}")
                    fi
                }
                complete -F _tinyserv tinyserv
                """.formatted(String.join(" ", verbs), cases);
        Path actual = Files.writeString(Path.of("target/completion.bash"), script);

        assertThat(SCRIPT).as("copy %s there", actual).hasSameTextualContentAs(actual);
    }

    private String optionsOf(String verb) {
        if (verb.equals("help")) {
            return "";
        }
        String help = new TestUser(base).tinyserv(verb, "--help").out();
        Set<String> options = new TreeSet<>(
                OPTION.matcher(help).results().map(found -> found.group(1)).toList());
        if (!verb.equals("version")) {
            options.add("--remote");
        }
        return String.join(" ", options);
    }

    private static List<String> completed(String line) throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "bash is not installed");
        Process bash = new ProcessBuilder(
                        "/bin/bash",
                        "--norc",
                        "-c",
                        "source \"$1\" && COMP_WORDBREAKS=' :' COMP_LINE=$2 COMP_POINT=${#2} && _tinyserv && printf '%s\\n' \"${COMPREPLY[@]}\"",
                        "bash",
                        SCRIPT.toString(),
                        line)
                .redirectErrorStream(true)
                .start();
        String replies = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor()).as(replies).isZero();
        return replies.strip().lines().toList();
    }

    @Test
    void completesVerbsAndOptions() throws Exception {
        assertThat(completed("tinyserv rel")).containsExactly("releases", "releases:info", "releases:rollback");
        assertThat(completed("tinyserv releases:r")).containsExactly("rollback");
        assertThat(completed("tinyserv st")).containsExactly("start", "status", "stop");
        assertThat(completed("tinyserv ps --j")).containsExactly("--json");
        assertThat(completed("tinyserv disk:clean --")).contains("--app", "--dry-run", "--json", "--remote");
        assertThat(completed("tinyserv nothing --")).isEmpty();
    }
}
