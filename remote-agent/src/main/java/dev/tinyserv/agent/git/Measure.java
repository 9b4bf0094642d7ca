package dev.tinyserv.agent.git;

import dev.tinyserv.buildpacks.base.Refusal;
import java.io.IOException;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectReader;

/** Checks the size of all files and the links of a tree before a byte of it is written. */
final class Measure implements TreeEntries.Visitor {
    private final ObjectReader reader;
    private final TreeLimits limits;
    private long bytes;

    Measure(ObjectReader reader, TreeLimits limits) {
        this.reader = reader;
        this.limits = limits;
    }

    long bytes() {
        return bytes;
    }

    @Override
    public void visit(String path, FileMode mode, AnyObjectId id) throws IOException {
        if (mode == FileMode.SYMLINK) {
            TreeWriter.linkTarget(reader, path, id);
        } else if (mode == FileMode.REGULAR_FILE || mode == FileMode.EXECUTABLE_FILE) {
            bytes += reader.getObjectSize(id, Constants.OBJ_BLOB);
            if (bytes > limits.maxBytes()) {
                throw new Refusal("the pushed tree is larger than " + TreeLimits.size(limits.maxBytes())
                        + "; remove files, or raise TINYSERV_MAX_CHECKOUT on the server");
            }
        }
    }
}
