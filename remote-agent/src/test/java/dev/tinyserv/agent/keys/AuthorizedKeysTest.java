package dev.tinyserv.agent.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinyserv.agent.app.Account;
import dev.tinyserv.agent.app.Account.Role;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.event.Events;
import dev.tinyserv.buildpacks.base.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorizedKeysTest {
    private static final AppName SHOP = new AppName("shop");
    private static final AppName BLOG = new AppName("blog");

    @TempDir
    Path folder;

    private SshKeygen keygen;
    private Path file;
    private AuthorizedKeys keys;
    private String ada;

    @BeforeEach
    void makeKeys() {
        keygen = new SshKeygen(folder);
        file = folder.resolve("authorized_keys");
        keys = new AuthorizedKeys(file);
        ada = SshKeygen.publicKey(keygen.ed25519("ada@laptop"));
    }

    @Test
    void aMissingFileLetsNobodyIn() {
        assertThat(keys.list()).isEmpty();
        assertThat(accountOf(ada)).isEmpty();
        assertThat(keys.remove("ada@laptop")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"ed25519,256", "ecdsa,256", "ecdsa,384", "ecdsa,521", "rsa,2048"})
    void aKeyOfEachTypeIsAnAdminsAndNamedByItsComment(String type, int bits) throws IOException {
        Path made = keygen.make("key", type, bits);
        String line = SshKeygen.publicKey(made);
        Files.writeString(file, "# our keys\n\n" + line + "\r\n");

        assertThat(accountOf(line)).contains(Account.admin("key"));
        AuthorizedKey key = keys.list().get(0);
        assertThat(key.line()).isEqualTo(3);
        assertThat(SshKeygen.run(List.of("ssh-keygen", "-l", "-f", made.toString())))
                .contains(key.fingerprint());
    }

    /** As editors of Windows write it; what PowerShell's {@code >} writes lets nobody in, and says so. */
    @Test
    void aByteOrderMarkIsSkippedAndUtf16IsNamed() throws IOException {
        Files.writeString(file, "\uFEFF" + ada + "\r\n");
        assertThat(accountOf(ada)).contains(Account.admin("ada@laptop"));
        assertThat(keys.skippedLines()).isEmpty();
        assertThat(keys.remove("ada@laptop")).hasSize(1);
        Files.write(file, ("\uFEFF" + ada + "\r\n").getBytes(StandardCharsets.UTF_16LE));
        assertThat(accountOf(ada)).isEmpty();
        assertThatThrownBy(() -> keys.skippedLines()).hasMessage(file + " is UTF-16; save it as UTF-8");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\uFEFF",
                "environment=\"A ssh-rsa it\" ",
                "permitopen=\"x ssh-rsa\",no-pty\t",
                "\uFEFFno-pty "
            })
    void aShortKeyOfRsaIsFoundWhateverStandsBeforeIt(String before) throws IOException {
        String line = SshKeygen.publicKey(keygen.make("short", "rsa", 2048));
        Files.writeString(file, before + line + "\n" + before.replace("\uFEFF", "") + ada + "\n");
        assertThat(accountOf(line)).isPresent();

        assertThat(keys.shortRsaKeys(3072)).extracting(AuthorizedKey::name).containsExactly("short");
        assertThat(keys.shortRsaKeys(2048)).isEmpty();
    }

    @Test
    void aChangeOfWhichOnlyTheSyncFailedIsToldAsThat() throws IOException {
        Files.writeString(file, ada + "\n");
        Path closed = Files.createDirectory(folder.resolve("closed"));
        setMode(closed, "---------");
        boolean open = Files.isReadable(closed);
        Files.delete(closed);
        assumeFalse(open, "root reads what nobody may read");
        setMode(folder, "-wx------"); // names can be written, but not synced
        try {
            assertThatThrownBy(() -> keys.remove("ada@laptop"))
                    .isInstanceOf(Refusal.class)
                    .hasMessageContaining(file + " was changed, but cannot be synced")
                    .hasMessageNotContaining("nothing was changed");
        } finally {
            setMode(folder, "rwx------");
        }

        assertThat(keys.list()).isEmpty();
    }

    private static void setMode(Path folder, String mode) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(mode));
    }

    @Test
    void theLastAdminStaysWhereItIsAskedFor() throws IOException {
        String other = SshKeygen.publicKey(keygen.make("other", "ed25519", 256));
        String deployer = SshKeygen.publicKey(keygen.make("deployer", "ed25519", 256));
        Files.writeString(file, ada + "\n" + other + "\nrole=\"deployer\",apps=\"shop\" " + deployer + "\n");
        assertThat(keys.removeButTheLastAdmin("other")).hasSize(1);
        String before = Files.readString(file);
        for (String name : List.of("ada@laptop", keys.list().get(0).fingerprint())) {
            assertThatThrownBy(() -> keys.removeButTheLastAdmin(name))
                    .hasMessage("this would leave no admin's key, so nobody could add one by ssh: add another one"
                            + " before, or run tinyserv-remote keys:remove on the server");
        }
        assertThat(file).hasContent(before);
        assertThat(keys.removeButTheLastAdmin("deployer")).hasSize(1);
        assertThat(keys.removeButTheLastAdmin("nobody")).isEmpty();
        assertThat(keys.remove("ada@laptop")).hasSize(1);
    }

    @Test
    void keysInHardwareAreUnderstood() throws IOException {
        ByteArrayBuffer blob = new ByteArrayBuffer();
        blob.putString("sk-ssh-ed25519@openssh.com");
        blob.putBytes(Base64.getDecoder().decode(ada.split(" ", -1)[1]), 19, 32);
        blob.putString("ssh:");
        String line = "sk-ssh-ed25519@openssh.com " + Base64.getEncoder().encodeToString(blob.getCompactData())
                + " ada@stick";
        Files.writeString(file, line);
        assertThat(keys.list()).extracting(AuthorizedKey::name).containsExactly("ada@stick");
    }

    @Test
    void optionsMakeADeployerOfSomeApps() throws IOException {
        Files.writeString(file, "no-pty,role=\"deployer\",apps=\"shop,blog\",environment=\"A=\\\"b, c\\\"\" " + ada);

        Account account = accountOf(ada).orElseThrow();
        assertThat(account.role()).isEqualTo(Role.DEPLOYER);
        assertThat(account.apps()).containsExactlyInAnyOrder(SHOP, BLOG);
    }

    @Test
    void appsAloneRestrictToo() throws IOException {
        Files.writeString(file, "apps=\"shop\" " + ada);
        assertThat(accountOf(ada)).contains(new Account("ada@laptop", Role.DEPLOYER, Set.of(SHOP)));
    }

    @Test
    void aDeployerWithoutAppsHasNone() throws IOException {
        Files.writeString(file, "role=\"deployer\" " + ada);
        assertThat(accountOf(ada)).contains(new Account("ada@laptop", Role.DEPLOYER, Set.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "role=\"root\" ",
                "role=deployer ",
                "role ",
                "role=\"\" ",
                "role=\"deployer\",role=\"admin\" ",
                "role=\"admin\",apps=\"shop\" ",
                "role=\"deployer\",apps=\"../x\" ",
                "role=\"deployer\",apps=\"shop,\" ",
                "role=\"deployer\",apps=\"Shop\" ",
                "role=\"deployer ",
                "rol=\"deployer\" ",
                "from=\"10.0.0.0/8\" ",
                "expiry-time=\"20200101\" ",
                "command=\"true\" ",
                "COMMAND=\"true\" ",
                "no-pty,from=\"*\" ",
                "verify-required ",
                "cert-authority ",
                ", ",
                "ssh-dss ",
                "no-pty, role=\"deployer\" ",
            })
    void aLineThatIsNotUnderstoodLetsNobodyInAndHarmsNoOther(String options) throws IOException {
        String other = SshKeygen.publicKey(keygen.ed25519("other"));
        Files.writeString(file, options + ada + "\n" + other + "\n");

        assertThat(accountOf(ada)).isEmpty();
        assertThat(accountOf(other)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ssh-ed25519",
                "ssh-ed25519 !!!! x",
                "ssh-ed25519 AAAA x",
                "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA//// x",
                "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5f/////// x",
                "ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIMYHm6ZHpXgOoPCkWpYCfbBnSA7iOVDSUZPpJHQnPhsJ x",
                "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAAA== x",
                "\"",
                "\u0000\u0001\u0002",
                "<<<<<<< HEAD",
            })
    void rubbishIsSkipped(String rubbish) throws IOException {
        Files.write(file, (rubbish + "\n" + ada).getBytes(StandardCharsets.ISO_8859_1));
        assertThat(keys.list()).extracting(AuthorizedKey::name).containsExactly("ada@laptop");
    }

    @Test
    void weakRsaKeysLetNobodyIn() throws IOException {
        String weak = SshKeygen.publicKey(keygen.make("weak", "rsa", 1024));
        Files.writeString(file, weak);
        assertThat(keys.list()).isEmpty();
        assertThatThrownBy(() -> keys.add(weak, Role.ADMIN, Set.of(), null))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("1024 bits")
                .hasMessageContaining("ssh-keygen -t ed25519");
    }

    @Test
    void ofAKeyThatStandsThereTwiceTheFirstLineCountsAndBothAreRemoved() throws IOException {
        Files.writeString(file, "apps=\"shop\" " + ada + "\n" + ada + " again\n# end\n");

        assertThat(accountOf(ada).orElseThrow().role()).isEqualTo(Role.DEPLOYER);
        assertThat(keys.remove("ada@laptop")).hasSize(1);
        assertThat(file).hasContent("# end\n");
        assertThat(accountOf(ada)).isEmpty();
    }

    @Test
    void aChangeOfTheFileHoldsAtOnce() throws IOException {
        Files.writeString(file, ada + "\n");
        assertThat(accountOf(ada)).isPresent();
        FileTime time = Files.getLastModifiedTime(file);

        Path other = folder.resolve("other");
        Files.writeString(other, "#" + ada.substring(1) + "\n");
        Files.setLastModifiedTime(other, time);
        Files.move(other, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThat(accountOf(ada)).as("same size, same time, another file").isEmpty();

        Files.delete(file);
        assertThat(accountOf(ada)).isEmpty();
        Files.writeString(file, ada + "\n");
        assertThat(accountOf(ada)).isPresent();
    }

    @Test
    void tooLargeAFileLetsNobodyInAndSaysSo() throws IOException {
        Files.writeString(file, ada + "\n" + "#".repeat(KeysFile.MAX_BYTES));
        assertThat(accountOf(ada)).isEmpty();
        assertThatThrownBy(() -> keys.list()).isInstanceOf(Refusal.class).hasMessageContaining(file.toString());
        assertThatThrownBy(() -> keys.add(ada, Role.ADMIN, Set.of(), "x")).isInstanceOf(Refusal.class);
    }

    @Test
    void namesCannotTouchATerminal() throws IOException {
        Files.writeString(file, ada + "\u001b]52;c;eA==\u0007");
        assertThat(keys.list().get(0).name()).isEqualTo("ada@laptop\\x1b]52;c;eA==\\x07");
    }

    @Test
    void aKeyWithoutCommentIsNamedByItsFingerprint() throws IOException {
        Files.writeString(file, ada.replace(" ada@laptop", ""));
        AuthorizedKey key = keys.list().get(0);
        assertThat(key.name()).isEqualTo(key.fingerprint());
        assertThat(keys.remove(key.fingerprint())).hasSize(1);
        assertThat(keys.list()).isEmpty();
    }

    @Test
    void addingAndRemovingKeepsAllElseByteForByte() throws IOException {
        byte[] before =
                ("# caf\u00e9 \u00ff\r\nfrom=\"x\" " + ada + "\n\n  # end").getBytes(StandardCharsets.ISO_8859_1);
        Files.write(file, before);
        String bob = SshKeygen.publicKey(keygen.ed25519("bob"));

        AuthorizedKey added = keys.add(bob + "\n", Role.DEPLOYER, Set.of(SHOP, BLOG), "Bob Ünal");

        assertThat(added).isEqualTo(keys.list().get(0));
        assertThat(added.line()).isEqualTo(5);
        assertThat(accountOf(bob)).contains(new Account("Bob Ünal", Role.DEPLOYER, Set.of(SHOP, BLOG)));
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                .startsWith(new String(before, StandardCharsets.ISO_8859_1)
                        + "\nrole=\"deployer\",apps=\"blog,shop\" ssh-ed25519 ");
        assertThat(Files.getPosixFilePermissions(file)).hasSize(2);

        assertThat(keys.remove("Bob Ünal")).hasSize(1);
        assertThat(Files.readAllBytes(file)).startsWith(before).hasSize(before.length + 1);
    }

    @Test
    void aPrivateKeyIsRefusedInWords() throws IOException {
        String secret = Files.readString(folder.resolve("ada@laptop"));
        assertThatThrownBy(() -> keys.add(secret, Role.ADMIN, Set.of(), null))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("PRIVATE")
                .hasMessageContaining(".pub")
                .message()
                .doesNotContain(secret.lines().skip(2).findFirst().orElseThrow());
        assertThat(file).doesNotExist();
    }

    @Test
    void keysThatComeAndGoAreHeardOfWhoeverChangesTheFile() throws IOException {
        List<String> heard = new ArrayList<>();
        Events events = new Events();
        events.listen(event -> heard.add(event.text()));
        AuthorizedKeys listening = new AuthorizedKeys(file, events);
        Files.writeString(file, ada + "\n");
        assertThat(listening.complaint()).isEmpty();
        assertThat(heard).as("what was there from the beginning").isEmpty();

        String added = keys.add(SshKeygen.publicKey(keygen.ed25519("bob")), Role.DEPLOYER, Set.of(SHOP), "bob")
                .fingerprint();
        assertThat(listening.complaint()).isEmpty();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        assertThat(listening.complaint()).as("a file that cannot be trusted").isPresent();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        keys.remove("bob");
        assertThat(listening.complaint()).isEmpty();

        assertThat(heard)
                .containsExactly(
                        "key bob " + added + " was added as a deployer's", "key bob " + added + " was removed");
    }

    @Test
    void duplicatesAreRefusedNamingTheExistingKey() {
        keys.add(ada, Role.ADMIN, Set.of(), null);
        assertThatThrownBy(() -> keys.add(ada, Role.ADMIN, Set.of(), "other"))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("ada@laptop");
        assertThat(keys.list()).hasSize(1);
    }

    @Test
    void aNameHasSeveralKeysAndAFingerprintNamesOneOfThem() throws IOException {
        String bob = SshKeygen.publicKey(keygen.ed25519("bob"));
        keys.add(ada, Role.ADMIN, Set.of(), "ada");
        String second = keys.add(bob, Role.ADMIN, Set.of(), "ada").fingerprint();
        Files.writeString(
                file, SshKeygen.publicKey(keygen.ed25519("x")).replace(" x", " " + second), StandardOpenOption.APPEND);

        assertThat(keys.remove(second)).as("never the key that is called so").hasSize(1);
        assertThat(accountOf(bob)).isEmpty();
        assertThat(keys.list()).hasSize(2);
        keys.add(bob, Role.ADMIN, Set.of(), "ada");
        assertThat(keys.remove("ada")).hasSize(2);
        assertThat(keys.list()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"rw-rw----,rwx------", "rw-----w-,rwx------", "rw-------,rwxrwx---", "rw-------,rwxr-x-w-"})
    void aFileThatOthersCouldWriteOrReplaceLetsNobodyIn(String ofFile, String ofFolder) throws IOException {
        Path root = Files.createDirectories(folder.resolve("root"));
        Path inside = root.resolve("authorized_keys");
        AuthorizedKeys strict = new AuthorizedKeys(inside);
        strict.add(ada, Role.ADMIN, Set.of(), null);
        PublicKey key = parsed(ada);
        assertThat(strict.accountOf(key)).isPresent();

        Files.setPosixFilePermissions(inside, PosixFilePermissions.fromString(ofFile));
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString(ofFolder));

        assertThat(strict.accountOf(key)).isEmpty();
        Path loose = ofFolder.equals("rwx------") ? inside : root;
        assertThat(strict.complaint())
                .hasValueSatisfying(complaint -> assertThat(complaint)
                        .contains(loose + " can be written by others")
                        .contains("chmod go-w " + loose));
        assertThat(strict.list()).as("they are still shown").hasSize(1);

        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(inside, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(strict.accountOf(key)).isPresent();
        assertThat(strict.complaint()).isEmpty();
    }

    @Test
    void aLinkCountsOnlyIfWhereItLeadsIsSafeToo() throws IOException {
        Path shared = Files.createDirectories(folder.resolve("shared"));
        Path real = Files.writeString(shared.resolve("keys"), ada);
        Files.createSymbolicLink(file, real);
        assertThat(accountOf(ada)).isPresent();

        Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(new AuthorizedKeys(file).complaint())
                .hasValueSatisfying(complaint -> assertThat(complaint).contains("chmod go-w " + shared));
    }

    /** The first link leads to a second one, which lies in a folder of its own. */
    @ParameterizedTest
    @ValueSource(strings = {"second", "last"})
    void eachFolderOnTheWayOfALinkCountsAndItsMendIsSeenAtOnce(String loose) throws IOException {
        Path last = Files.createDirectories(folder.resolve("last"));
        Path second = Files.createDirectories(folder.resolve("second"));
        Files.writeString(last.resolve("keys"), ada);
        Files.createSymbolicLink(second.resolve("link"), Path.of("../last/keys"));
        Files.createSymbolicLink(file, second.resolve("link"));
        AuthorizedKeys strict = new AuthorizedKeys(file);
        PublicKey key = parsed(ada);
        assertThat(strict.accountOf(key)).isPresent();

        Files.setPosixFilePermissions(folder.resolve(loose), PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(strict.accountOf(key)).isEmpty();
        assertThat(strict.complaint())
                .hasValueSatisfying(complaint -> assertThat(complaint).contains("chmod go-w " + folder.resolve(loose)));

        Files.setPosixFilePermissions(folder.resolve(loose), PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(strict.complaint()).isEmpty();
        assertThat(strict.accountOf(key)).isPresent();
    }

    @Test
    void aFileOfAnotherUserLetsNobodyIn() throws IOException {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root can give a file away");
        Path own = Files.createDirectories(folder.resolve("theirs"));
        Path inside = Files.writeString(own.resolve("authorized_keys"), ada);
        Files.setAttribute(inside, "unix:uid", 12_345);

        assertThat(new AuthorizedKeys(inside).complaint())
                .hasValueSatisfying(complaint -> assertThat(complaint)
                        .contains("belongs to the user with the number 12345", "chown 0 " + inside));
    }

    static Stream<String> notAKey() {
        return Stream.of(
                "",
                "\n\n",
                "hello",
                "hello world",
                "ssh-ed25519",
                "ssh-ed25519 AAAA",
                "ssh-dss AAAAB3NzaC1kc3MAAACBAA==",
                "ssh-ed25519-cert-v01@openssh.com AAAAIHNzaC1lZDI1NTE5",
                "---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n---- END SSH2 PUBLIC KEY ----",
                "x".repeat(17_000));
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.MethodSource("notAKey")
    void whatIsNoKeyIsRefusedInOneLine(String text) {
        assertThatThrownBy(() -> keys.add(text, Role.ADMIN, Set.of(), null))
                .isInstanceOf(Refusal.class)
                .message()
                .hasLineCount(1)
                .hasSizeLessThan(400);
        assertThat(file).doesNotExist();
    }

    @Test
    void severalKeysAndOptionsInTheTextAreRefused() {
        String bob = SshKeygen.publicKey(keygen.ed25519("bob"));
        assertThatThrownBy(() -> keys.add(ada + "\n" + bob, Role.DEPLOYER, Set.of(SHOP), null))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("one key at a time");
        assertThatThrownBy(() -> keys.add("role=\"admin\" " + ada, Role.DEPLOYER, Set.of(SHOP), null))
                .isInstanceOf(Refusal.class);
        assertThat(file).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "  ",
                "a\nssh-ed25519 AAAA evil",
                "a\rb",
                "\u001b[2J",
                "say \"hi\"",
                "\u202eadmin",
                "SHA256:abc",
                "\u2028",
                "sixty-one-characters-are-one-more-than-the-sixty-that-are-fine"
            })
    void badNamesAreRefused(String name) {
        assertThatThrownBy(() -> keys.add(ada, Role.ADMIN, Set.of(), name)).isInstanceOf(Refusal.class);
        assertThat(file).doesNotExist();
    }

    @Test
    void aRoleThatContradictsItsAppsIsRefused() {
        assertThatThrownBy(() -> keys.add(ada, Role.DEPLOYER, Set.of(), null)).isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> keys.add(ada, Role.ADMIN, Set.of(SHOP), null)).isInstanceOf(Refusal.class);
    }

    @Test
    void writersOfOneProcessLoseNothing() throws Exception {
        List<String> lines = Stream.of("k1", "k2", "k3", "k4")
                .map(name -> SshKeygen.publicKey(keygen.ed25519(name)))
                .toList();
        List<Thread> threads = lines.stream()
                .map(line -> new Thread(() -> keys.add(line, Role.ADMIN, Set.of(), null)))
                .toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join(10_000);
        }
        assertThat(keys.list()).hasSize(4);
    }

    private Optional<Account> accountOf(String line) {
        return keys.accountOf(parsed(line));
    }

    private static PublicKey parsed(String line) {
        try {
            return PublicKeyEntry.parsePublicKeyEntry(line).resolvePublicKey(null, java.util.Map.of(), null);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
