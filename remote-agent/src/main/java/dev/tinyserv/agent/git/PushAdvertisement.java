package dev.tinyserv.agent.git;

import java.io.IOException;
import java.io.OutputStream;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.transport.PacketLineOut;
import org.eclipse.jgit.transport.RefAdvertiser.PacketLineOutRefAdvertiser;

/**
 * The first message of a push: the refs, and that the hash is SHA-1. The git of a repository with SHA-256 then refuses
 * and says why. An empty repository advertises an object that nobody has instead of no ref: git before 2.50 knows "no
 * ref" only by the zeros of its own hash, and would end with a protocol error.
 *
 * @see <a href="https://git-scm.com/docs/gitprotocol-capabilities">object-format and .have</a>
 */
final class PushAdvertisement extends PacketLineOutRefAdvertiser {
    private static final String NO_REF = "capabilities^{}";
    private static final String OBJECT = ".have";
    private static final ObjectId NOBODYS = ObjectId.fromString("0".repeat(39) + "1");

    PushAdvertisement(OutputStream packets) {
        super(new PacketLineOut(packets));
        advertiseCapability("object-format=sha1");
    }

    @Override
    public void advertiseId(AnyObjectId id, String name) throws IOException {
        if (name.equals(NO_REF)) {
            super.advertiseId(NOBODYS, OBJECT);
        } else {
            super.advertiseId(id, name);
        }
    }
}
