package dev.tinyserv.buildpacks.program;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Compiled programs that this machine cannot start: of another system, processor or C library; see elf(5). */
final class BinaryFormat {
    private static final int ELF = 0x7f454c46;
    /** For one processor: with 32 bits and with 64, in both orders of bytes. */
    private static final Set<Integer> MACH_O = Set.of(0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe);

    /** For several processors, whose number follows; of a class of Java its version does, which is larger. */
    private static final int FAT_OR_CLASS = 0xcafebabe;

    private static final int ELF_64 = 2;
    private static final int ELF_HEADER = 64;
    private static final int PROGRAM_HEADER = 56;
    private static final int PT_INTERP = 3;
    private static final int LONGEST_PATH = 200;

    /** By e_machine. */
    private static final Map<Integer, String> PROCESSORS =
            Map.of(3, "386", 40, "arm", 62, "amd64", 183, "arm64", 243, "riscv64", 22, "s390x", 21, "ppc64le");

    /** By what the JVM calls this machine's. */
    private static final Map<String, String> OURS =
            Map.of("amd64", "amd64", "x86_64", "amd64", "aarch64", "arm64", "riscv64", "riscv64", "s390x", "s390x");

    private BinaryFormat() {}

    /**
     * What keeps a program from being started; empty if it is none, or nothing is found.
     *
     * @param content its beginning
     * @param size how many bytes it has in all
     */
    static Optional<Obstacle> of(byte[] content, long size, String name) {
        if (content.length < Integer.BYTES) {
            return Optional.empty();
        }
        ByteBuffer bytes = ByteBuffer.wrap(content);
        int magic = bytes.getInt(0);
        if (magic == ELF) {
            return content.length < ELF_HEADER ? Optional.of(cutOff(name)) : elf(bytes, size, name);
        }
        boolean mac = MACH_O.contains(magic) || (magic == FAT_OR_CLASS && content.length > 7 && bytes.getInt(4) < 40);
        boolean windows = content[0] == 'M' && content[1] == 'Z' && (content[2] == 0 || content[3] == 0);
        return mac || windows ? Optional.of(foreign(name, mac ? "macOS" : "Windows", "linux")) : Optional.empty();
    }

    private static Optional<Obstacle> elf(ByteBuffer bytes, long size, String name) {
        bytes.order(bytes.get(5) == 2 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        String processor = PROCESSORS.getOrDefault(bytes.getShort(18) & 0xffff, "another processor");
        String ours = OURS.getOrDefault(System.getProperty("os.arch", ""), processor);
        boolean runs = processor.equals(ours) || (processor.equals("386") && ours.equals("amd64"));
        if (!runs) {
            return Optional.of(foreign(name, processor, "linux/" + ours));
        }
        if (bytes.get(4) != ELF_64) {
            return Optional.empty();
        }
        return endsEarly(bytes, size)
                ? Optional.of(cutOff(name))
                : loader(bytes).flatMap(path -> missing(path, name));
    }

    /** Whether what its header and its segments need is not all in the file. */
    private static boolean endsEarly(ByteBuffer bytes, long size) {
        long table = bytes.getLong(32);
        int count = bytes.getShort(56) & 0xffff;
        boolean early = table < 0 || table > size - (long) count * PROGRAM_HEADER;
        for (int i = 0; i < count && !early; i++) {
            long at = table + (long) i * PROGRAM_HEADER;
            if (at + PROGRAM_HEADER > bytes.limit()) {
                return false;
            }
            long offset = bytes.getLong((int) at + 8);
            long length = bytes.getLong((int) at + 32);
            early = offset < 0 || length < 0 || offset > size - length;
        }
        return early;
    }

    private static Obstacle cutOff(String name) {
        return new Obstacle(name + " is a program that ends early", "build it again, commit and push");
    }

    private static Obstacle foreign(String name, String of, String wanted) {
        return new Obstacle(name + " is a program for " + of, "build it for " + wanted + ", commit and push");
    }

    private static Optional<String> loader(ByteBuffer bytes) {
        long table = bytes.getLong(32);
        int count = bytes.getShort(56) & 0xffff;
        for (int i = 0; i < count; i++) {
            long at = table + (long) i * PROGRAM_HEADER;
            if (at < 0 || at + PROGRAM_HEADER > bytes.limit()) {
                return Optional.empty();
            }
            if (bytes.getInt((int) at) == PT_INTERP) {
                return text(bytes, bytes.getLong((int) at + 8), bytes.getLong((int) at + 32));
            }
        }
        return Optional.empty();
    }

    private static Optional<String> text(ByteBuffer bytes, long at, long length) {
        if (at < 0 || length < 2 || length > LONGEST_PATH || at + length > bytes.limit()) {
            return Optional.empty();
        }
        byte[] name = new byte[(int) length - 1];
        bytes.get((int) at, name);
        String path = new String(name, StandardCharsets.US_ASCII);
        return path.matches("/[\\w./+-]+") ? Optional.of(path) : Optional.empty();
    }

    private static Optional<Obstacle> missing(String loader, String name) {
        return Files.exists(Path.of(loader))
                ? Optional.empty()
                : Optional.of(new Obstacle(
                        name + " is linked with a C library that is not on the server (" + loader + ")",
                        "build it statically, or for the server's C library"));
    }
}
