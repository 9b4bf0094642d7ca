package dev.tinyserv.agent.local;

import dev.tinyserv.buildpacks.base.Refusal;
import java.nio.file.Path;

/** This user may not open the agent's socket. */
public final class NotOwner extends Refusal {
    private static final long serialVersionUID = 1L;

    NotOwner(Path socket, Throwable cause) {
        super("only its owner may use " + socket + "; run this as that user or as root", cause);
    }
}
