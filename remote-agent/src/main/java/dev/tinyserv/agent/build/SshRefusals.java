package dev.tinyserv.agent.build;

import dev.tinyserv.buildpacks.base.ShellWord;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What hosts have refused to a build's ssh, as its ssh itself notes it: not every program shows what the ssh said that
 * it has called. A note is a file without content, because builds can write there, too: only whether it is there counts.
 */
final class SshRefusals {
    private static final Logger LOG = LoggerFactory.getLogger(SshRefusals.class);

    private final Path folder;

    SshRefusals(Path folder) {
        this.folder = folder;
    }

    /**
     * The script of a program that is ssh and makes the notes. It says what ssh says, when ssh has ended; 255 is ssh's
     * status for its own failures.
     *
     * @param ssh the command, with its options, as the shell reads it
     */
    String noting(String ssh) {
        return """
                said=%s.$$
                { true >"$said"; } 2>/dev/null || exec %s "$@"
                %s -E "$said" "$@"
                status=$?
                while IFS= read -r line; do
                    printf '%%s\\n' "$line" >&2
                    case "$status $line" in
                        255*"Permission denied ("*publickey*) true >%s ;;
                        255*"Host key verification failed"*) true >%s ;;
                    esac
                done <"$said"
                rm -f -- "$said"
                exit "$status"
                """.formatted(quoted("said"), ssh, ssh, quoted("refused-key"), quoted("another-host"));
    }

    private String quoted(String name) {
        return ShellWord.quoted(folder.resolve(name).toString());
    }

    boolean ofKey() {
        return Files.exists(folder.resolve("refused-key"), LinkOption.NOFOLLOW_LINKS);
    }

    /** Whether a host had another key than the one that is known since the notes were cleared. */
    boolean ofAnotherHost() {
        return Files.exists(folder.resolve("another-host"), LinkOption.NOFOLLOW_LINKS);
    }

    void clear() {
        try {
            FileTree.delete(folder.resolve("refused-key"));
            FileTree.delete(folder.resolve("another-host"));
        } catch (IOException e) {
            LOG.debug("what ssh was refused cannot be deleted in {}", folder, e);
        }
    }
}
