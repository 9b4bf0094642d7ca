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
 * What hosts have refused to a build's ssh, as that ssh notes it, because not every program shows what the ssh that it
 * started said. Builds can write the notes as well, so a note is an empty file, and only whether it is there counts.
 */
final class SshRefusals {
    private static final Logger LOG = LoggerFactory.getLogger(SshRefusals.class);

    private final Path folder;

    SshRefusals(Path folder) {
        this.folder = folder;
    }

    /**
     * The script of an ssh that makes the notes. It prints what ssh says after ssh has ended; 255 is ssh's status for
     * its own failures, see ssh(1).
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

    /** Whether a host refused the key since the notes were cleared. */
    boolean ofKey() {
        return Files.exists(folder.resolve("refused-key"), LinkOption.NOFOLLOW_LINKS);
    }

    /** Whether, since the notes were cleared, a host had another key than the known one. */
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
