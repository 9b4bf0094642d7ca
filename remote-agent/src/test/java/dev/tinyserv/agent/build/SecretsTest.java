package dev.tinyserv.agent.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tinyserv.agent.app.ConfigVars;
import dev.tinyserv.buildpacks.base.LineSplitter;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Command;
import dev.tinyserv.buildpacks.process.CommandFailed;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {
    private static Secrets of(String name, String value) {
        return Secrets.of(ConfigVars.none().with(Map.of(name, value)), new PlainVars(List.of()));
    }

    private static String blotted(String name, String value, String text) {
        return of(name, value).blot(text);
    }

    @ParameterizedTest
    @CsvSource({
        "NODE_ENV, production",
        "NODE_ENV, quality-eu1",
        "RAILS_ENV, preproduction",
        "MODE, Production",
        "FEATURE_X, disabled",
        "PGSSLMODE, verify-full",
        "TZ, America/Argentina/Buenos_Aires",
        "LANG, de_AT.UTF-8",
        "LC_ALL, C.UTF-8",
        "LANGUAGE, de_AT:de:en",
        "HOST, localhost",
        "HOST, 127.0.0.1",
        "BIND, 0.0.0.0:8080",
        "BIND, '[2001:db8::1]:443'",
        "BIND, 2001:db8::17",
        "DB_HOST, db-1.example.org",
        "SMTP, mail.example.co.uk:587",
        "BASE_URL, https://shop.example.org",
        "API_TOKEN_URL, https://login.example.org/oauth/token",
        "TOKEN_URI, https://login.example.org/oauth2/token",
        "API, http://api:3000/api/v1/",
        "API, http://localhost:3000/graphql",
        "REDIS_URL, redis://localhost:6379/0",
        "MAX, 1048576",
        "DEBUG, true",
    })
    void leavesWhatConfigurationIsMadeOf(String name, String value) {
        assertThat(blotted(name, value, "it is " + value + ".")).isEqualTo("it is " + value + ".");
    }

    @ParameterizedTest
    @CsvSource({
        "GREETING, hunter2-hunter2",
        "MODE, password",
        "NODE_ENV, letmein123",
        "TZ, Europe/Password",
        "LANG, sunshine",
        "LC_ALL, iloveyou",
        "HOST, letmein123",
        "HOST, pass.word",
        "HOST, qwerty.1234",
        "HOST, 1.2.3.4.5",
        "HOST, 12:34:56:78",
        "PORT, 12345678",
        "SIZE, 10485760",
        "PASSWORD, production",
        "APP_KEY, development",
        "URL, https://ada:s3cretpass@example.org",
        "URL, https://s3cretpass@example.org",
        "URL, https://example.org/?key=s3cretpass",
        "URL, https://example.org/#s3cretpass",
        "HOOK, https://hooks.example.org/services/T024BE7LD/B024BE7LH/pZ8wXyq3Rk0aVbLm2N4sT6uY",
        "HOOK, https://example.org/bot1234567:AAH-abcd/send",
        "HOOK, https://example.org/abcdefghijklmnopqrstuvwxyzabcdef",
        "WEBHOOK_SECRET, https://hooks.example.com/correct-horse-battery-staple",
        "HOOK, https://hooks.example.com/correct-horse-battery-staple",
        "API_SECRET, https://example.com",
        "DATABASE_PASSWORD, postgres://sunshine",
        "DATABASE_PASSWORD_URL, postgres://sunshine",
        "PASSWORD_URL, http://sunshine:8080/api",
        "DB, redis://letmein",
        "DB, http://letmein",
        "DB, redis://letmein:6379/0",
        "NTFY_PASSWORD_URL, https://ntfy.sh/mysecrettopic",
        "NTFY, https://ntfy.sh/mysecrettopic/json",
        "TITLE, My little shop",
    })
    void keepsEverythingElse(String name, String value) {
        assertThat(blotted(name, value, "it is " + value + ".")).isEqualTo("it is [" + name + "].");
    }

    @Test
    void blotsPartsThatOverlapAndNamesTheLongest() {
        Secrets secrets = Secrets.of(
                ConfigVars.none().with(Map.of("A", "abcdefgh", "B", "efghijklmn", "C", "abcdefgh-more")),
                new PlainVars(List.of()));
        assertThat(secrets.blot("x abcdefghijklmn y abcdefgh-more z")).isEqualTo("x [B] y [C] z");
        assertThat(of("BUILDING", "BUILDING").blot("BUILDINGBUILDING [BUILDING]"))
                .isEqualTo("[BUILDING][BUILDING] [[BUILDING]]");
    }

    @Test
    void aRefusalWithoutSecretsStaysAsItIs() {
        Refusal refusal = new Refusal("the build failed", new IOException("no space"));
        assertThat(of("PW", "s3cretpass").blot(refusal)).isSameAs(refusal);
    }

    @Test
    void aRefusalKeepsItsStatusAndItsKind() {
        Secrets secrets = of("PW", "s3cretpass");
        Refusal usage = secrets.blot(Refusal.usage("no option s3cretpass"));
        assertThat(usage)
                .hasMessage("no option [PW]")
                .extracting(Refusal::exitCode)
                .isEqualTo(Refusal.USAGE);

        Refusal failed = secrets.blot(failed("fetch s3cretpass", "echo to s3cretpass; exit 7"));
        assertThat(failed)
                .isInstanceOfSatisfying(CommandFailed.class, command -> {
                    assertThat(command.status()).isEqualTo(7);
                    assertThat(command.command()).isEqualTo("fetch [PW]");
                    assertThat(command.lastLines()).containsExactly("to [PW]");
                })
                .hasMessage("fetch [PW] failed with exit status 7");
    }

    @Test
    void noCauseHoldsASecretThatTheMessageDoesNotHold() {
        Secrets secrets = of("PW", "s3cretpass");
        IOException known = new IOException("cannot write", new IOException("/srv/s3cretpass"));
        for (Refusal refusal : List.of(
                new Refusal("the build failed", known),
                new Refusal("a step", failed("fetch", "echo s3cretpass; exit 1")),
                failed("fetch", "echo s3cretpass; exit 1"))) {
            Refusal blotted = secrets.blot(refusal);
            assertThat(blotted).hasMessage(refusal.getMessage()).hasNoCause();
            assertThat(blotted).isNotSameAs(refusal).hasSameClassAs(refusal);
            assertThat(blotted.getStackTrace()).isEqualTo(refusal.getStackTrace());
        }
    }

    private static CommandFailed failed(String name, String script) {
        return catchThrowableOfType(
                CommandFailed.class,
                () -> Command.of("sh", "-c", script)
                        .called(name)
                        .environment(Map.of("PATH", "/usr/bin:/bin"))
                        .collect());
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3cret\"pass\\word", "pa'ss wörd & Söhne", "a+b/c=d?e~f*g h", "s3cretpass"})
    void blotsItInTheFormsThatProgramsPrint(String secret) {
        String quoted = secret.replace("\\", "\\\\").replace("\"", "\\\"");
        String encoded = URLEncoder.encode(secret, StandardCharsets.UTF_8);
        Base64.Encoder base64 = Base64.getEncoder();
        for (String form : List.of(
                secret,
                "{\"a\": \"" + quoted + "\"}",
                "'" + secret.replace("'", "'\\''") + "'",
                encoded,
                encoded.replace("+", "%20"))) {
            assertThat(blotted("PW", secret, "<" + form + ">")).contains("[PW]").doesNotContain("s3cret", "a+b", "hne");
        }
        for (String user : List.of("", "a:", "ad:", "ada:", "adam:")) {
            byte[] pair = (user + secret + "\n").getBytes(StandardCharsets.UTF_8);
            String blotted = blotted("PW", secret, "Basic " + base64.encodeToString(pair));
            assertThat(blotted).contains("[PW]").hasSizeLessThan("Basic [PW]".length() + 12);
        }
    }

    @Test
    void blotsThePasswordOfAUrl() {
        String url = "postgres://shop:geh%40eim9@db.example.org/shop";
        assertThat(blotted("DATABASE_URL", url, "password geh@eim9 or geh%40eim9 in " + url))
                .isEqualTo("password [DATABASE_URL] or [DATABASE_URL] in [DATABASE_URL]");
        assertThat(blotted("DATABASE_URL", url, "to db.example.org")).isEqualTo("to db.example.org");
    }

    @Test
    void blotsAShortPasswordWhereItsUserStandsInFront() {
        String url = "postgres://bob:hunter2@db:5432/app";
        assertThat(blotted("DB", url, "cannot reach postgres://bob:hunter2@db:5432/postgres, bob:hunter2@proxy:3128"))
                .isEqualTo("cannot reach postgres://[DB]db:5432/postgres, [DB]proxy:3128");
        String basic = Base64.getEncoder().encodeToString("bob:hunter2".getBytes(StandardCharsets.UTF_8));
        assertThat(blotted("DB", url, "Basic " + basic)).doesNotContain(basic.substring(0, 12));
        assertThat(blotted("DB", "jdbc:postgres://bob:h%40nter2@db/app", "bob:h%40nter2@db, bob:h@nter2@db"))
                .isEqualTo("[DB]db, [DB]db");
        assertThat(blotted("DB", "mysql://root:root@db/app", "chown root:root app"))
                .isEqualTo("chown root:root app");
    }

    @ParameterizedTest
    @CsvSource({
        "https://ghp_abcdefgh12345@github.com/x/y, ghp_abcdefgh12345",
        "https://ghp_abcdefgh12345:@github.com/x/y, ghp_abcdefgh12345",
        "git+https://ghp_abcdefgh12345:x-oauth-basic@github.com/x/y, ghp_abcdefgh12345",
        "https://0123456789abcdef0123456789abcdef@o1.ingest.example.org/42, 0123456789abcdef0123456789abcdef",
        "https://tok3n-ab@example.org, tok3n-ab",
        "https://abcdefghabcdefgh:x@example.org, abcdefghabcdefgh",
        "https://ada%3as3cretpass@github.com/x/y, s3cretpass",
        "ssh://ada%3As3cretpass@github.com/x/y, s3cretpass",
        "redis://a.example.org redis://:s3cretpass@b.example.org, s3cretpass",
        "--registry https://s3cretpass@a.example.org --proxy http://ada:s3cretwords@b.example.org, s3cretwords",
    })
    void blotsATokenThatStandsWhereAUrlHasItsUser(String url, String token) {
        assertThat(blotted("REPO", url, "could not read Password for 'https://" + token + "@github.com'"))
                .contains("'https://[REPO]")
                .endsWith("github.com'");
        assertThat(blotted("REPO", url, "the token is " + token + ".")).isEqualTo("the token is [REPO].");
    }

    @Test
    void leavesUsersOfUrlsThatAreWords() {
        assertThat(blotted("DB", "postgres://postgres@db.example.org/app", "Installing postgres 15"))
                .isEqualTo("Installing postgres 15");
        assertThat(blotted("DB", "postgres://postgres@db.example.org/app", "postgres://postgres@db.example.org/x"))
                .isEqualTo("postgres:[DB]db.example.org/x");
        assertThat(blotted("REPO", "https://tok3n12@a.example.org", "https://tok3n12@b.example.org is not tok3n12"))
                .isEqualTo("https:[REPO]b.example.org is not tok3n12");
        assertThat(blotted("REPO", "ssh://git@example.org/app", "git clone")).isEqualTo("git clone");
    }

    @Test
    void blotsAKeyThatWasWrittenOnOneLine() {
        String key = "-----BEGIN KEY-----\\nMIIabcdefgh\\n-----END KEY-----\\n";
        assertThat(blotted("KEY", key, "MIIabcdefgh")).isEqualTo("[KEY]");
        assertThat(blotted("KEY", key, "key=" + key)).doesNotContain("MII");
        assertThat(blotted("KEY", "{\"a\":\n \"MIIabcdefgh\"}", "{\"K\":\"{\\\"a\\\":\\n \\\"MIIabcdefgh\\\"}\"}"))
                .doesNotContain("MII");
    }

    @Test
    void blotsWhatAProgramWrapped() {
        String secret = "abcdefghijklmnopqrstuvwxyz0123456789";
        Secrets secrets = of("TOKEN", secret);
        assertThat(secrets.blot("token: abcdefghij\n   klmnopqrstuvwx\n   yz0123456789 is set\nyz0123456789"))
                .isEqualTo("token: [TOKEN]\n   [TOKEN]\n   [TOKEN] is set\nyz0123456789");
        assertThat(secrets.blot("klmnopqrstuvwxyz01")).isEqualTo("[TOKEN]");
        assertThat(secrets.blot("an end with ab\nand another line")).isEqualTo("an end with ab\nand another line");
    }

    @Test
    void leavesTheBeginningOfAUrlThatManyHave() {
        Secrets secrets = of("URL", "https://ada:s3cretpass@example.org");
        assertThat(secrets.blot("Write it with https://\nhttps://… is what it begins with"))
                .isEqualTo("Write it with https://\nhttps://… is what it begins with");
    }

    @Test
    void leavesTheEndOfALongLineThatNobodyHasCut() {
        Secrets secrets = of("DATABASE_URL", "postgres://u:pw-hidden-77@db.example/x");
        for (int length = 980; length < 1_000; length++) {
            for (char last = '!'; last <= '~'; last++) {
                String line = "#".repeat(length) + " npm run build" + last;
                assertThat(secrets.blot(line)).isEqualTo(line);
            }
        }
    }

    @Test
    void blotsTheBeginningOfASecretWhereALineWasCut() {
        Secrets secrets = of("DATABASE_URL", "postgres://u:pw-hidden-77@db.example/x");
        for (int length : List.of(CommandFailed.KEPT_CHARACTERS, LineSplitter.LONGEST)) {
            String cut = "#".repeat(length - 5) + " post";
            assertThat(secrets.blot(cut)).endsWith("# [DATABASE_URL]");
            assertThat(secrets.blot("       " + cut)).endsWith("# [DATABASE_URL]");
        }
        String split = "€".repeat(LineSplitter.LONGEST / 3 - 2) + "post";
        assertThat(secrets.blot(split)).endsWith("€[DATABASE_URL]");
    }

    @Test
    void blotsWhatAMessageIsShortenedIn() {
        Refusal refusal = of("TOKEN", "s3cretpass").blot(new Refusal("unknown 'version s3cretp…'\nuse s3cretpass"));
        assertThat(refusal).hasMessage("unknown 'version [TOKEN]…'\nuse [TOKEN]");
        Refusal harmless = new Refusal("nothing\n\nin it");
        assertThat(of("TOKEN", "s3cretpass").blot(harmless)).isSameAs(harmless);
    }

    @Test
    void blotsASecretThatIsLongerThanALine() {
        String secret = "0123456789".repeat(2_000) + "end";
        BlottedLines lines = of("LONG", secret).lines();
        assertThat(List.of(
                        lines.next("       " + secret.substring(0, 10_000)),
                        lines.next("       " + secret.substring(10_000, 20_000)),
                        lines.next("       end")))
                .containsExactly("       [LONG]", "       [LONG]", "       [LONG]");
    }

    private static final String SIGNS = "tr0ub4dor&3 <x>/\"q'$y!%z";
    private static final String UMLAUTS = "pässwört-Ünï-ß8";

    /** Each is what a program printed for the value. */
    static Stream<Arguments> escaped() {
        return Stream.concat(
                Stream.of(
                                "tr0ub4dor&3 <x>\\/\\\"q'$y!%z",
                                "tr0ub4dor\\u00263 \\u003cx\\u003e/\\\"q'$y!%z",
                                "tr0ub4dor\\\\u00263 \\\\u003Cx\\\\u003E/\\\\\\\"q'$y!%z",
                                "tr0ub4dor&3 <x>/\\\\\\\\\\\\\\\"q'$y!%z",
                                "tr0ub4dor&amp;3 &lt;x&gt;/&quot;q&#39;$y!%z",
                                "tr0ub4dor&amp;3 &lt;x&gt;/&#34;q&#x27;$y!%z",
                                "tr0ub4dor&amp;amp;3 &amp;lt;x&amp;gt;/&amp;quot;q&amp;apos;$y!%z",
                                "tr0ub4dor\\u0026amp;3 \\u0026lt;x\\u0026gt;/\\u0026#34;q\\u0026#39;$y!%z",
                                "tr0ub4dor%263%20%3Cx%3E/%22q%27%24y%21%25z",
                                "tr0ub4dor&3%20%3Cx%3E/%22q'$y!%25z",
                                "tr0ub4dor%25263%2520%253cx%253e%252f%2522q%2527%2524y%2521%2525z",
                                "tr0ub4dor%2526amp%253B3+%2526lt%253Bx%2526gt%253B/%2522q%2527%2524y%2521%2525z",
                                "tr0ub4dor&3 <x>/\"q\\'$y!%z",
                                "tr0ub4dor&3 <x>/\"q'\"'\"'$y!%z",
                                "tr0ub4dor&3 <x>/\"q'\\''$y!%z",
                                "tr0ub4dor\\&3\\ \\<x\\>/\\\"q\\'\\$y\\!%z",
                                "tr0ub4dor&3 <x>/\\\"q'\\$y!%z",
                                "tr0ub4dor&3 <x>/\"q''$y!%z",
                                "tr0ub4dor&3 <x>/\"\"q'$y!%z",
                                "tr0ub4dor&3 <x>/\"q'$$y!%%z",
                                "tr0ub4dor^&3 ^<x^>/\"q'$y!%%z",
                                "tr0ub4dor=263 <x>/=22q'$y!%z",
                                everyByte("%%%02x", SIGNS),
                                everyByte("%%%02X", SIGNS),
                                everyByte("%%25%02X", SIGNS),
                                everyByte("\\x%02x", SIGNS),
                                everyByte("\\u%04x", SIGNS),
                                everyByte("&#%d;", SIGNS),
                                everyByte("%02x", SIGNS),
                                everyByte("%02X", SIGNS),
                                everyByte("%02x ", SIGNS).strip(),
                                "ORZDA5LCGRSG64RGGMQDY6B6F4RHCJZEPEQSK6Q=")
                        .map(form -> Arguments.of(SIGNS, form)),
                Stream.of(
                                "p\\u00e4ssw\\u00f6rt-\\u00dcn\\u00ef-\\u00df8",
                                "p\\u{e4}ssw\\U000000f6rt-\\xDCn\\xef-\\xdf8",
                                "p\\\\u00E4ssw\\\\u00F6rt-\\\\u00DCn\\\\u00EF-\\\\u00DF8",
                                "p\\xc3\\xa4ssw\\xc3\\xb6rt-\\xc3\\x9cn\\xc3\\xaf-\\xc3\\x9f8",
                                "p\\303\\244ssw\\303\\266rt-\\303\\234n\\303\\257-\\303\\2378",
                                "p&auml;ssw&ouml;rt-&Uuml;n&iuml;-&szlig;8",
                                "p%c3%a4ssw%c3%b6rt-%c3%9cn%c3%af-%c3%9f8",
                                "p%25C3%25A4ssw%25C3%25B6rt-%25C3%259Cn%25C3%25AF-%25C3%259F8",
                                "p%u00E4ssw%u00F6rt-%u00DCn%u00EF-%u00DF8",
                                "p=C3=A4ssw=C3=B6rt-=C3=9Cn=C3=AF-=C3=9F8",
                                everyByte("\\%03o", UMLAUTS),
                                everyByte("%02x:", UMLAUTS))
                        .map(form -> Arguments.of(UMLAUTS, form)));
    }

    private static String everyByte(String format, String text) {
        StringBuilder all = new StringBuilder();
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            all.append(format.formatted(each & 0xff));
        }
        return all.toString();
    }

    @ParameterizedTest
    @MethodSource("escaped")
    void blotsItThoughEscaped(String secret, String form) {
        assertThat(blotted("PW", secret, "it is '" + form + "', and " + form + "."))
                .matches("it is '\\\\?\\[PW\\](?:[:=]|\\w=)?', and \\\\?\\[PW\\](?:[:=]|\\w=)?\\.");
    }

    @Test
    void blotsWhatIsEscapedAndCut() {
        String secret = "ümläut/secret/with/more";
        assertThat(of("PW", secret).blot("url %C3%BCml%C3%A4ut%2Fsec\nret%2Fwith%2Fm\nore. is it"))
                .isEqualTo("url [PW]\n[PW]\n[PW]. is it");
        assertThat(of("PW", secret).blot("\\u00fcml\\u00e4ut/secret\\u0\n02fwith"))
                .startsWith("[PW]\n");
        assertThat(blotted(
                        "PW",
                        "😀smile-secret",
                        "\\ud83d\\ude00smile-secret %F0%9F%98%80smile-secret &#128512;smile-secret"))
                .isEqualTo("[PW] [PW] [PW]");
    }

    @ParameterizedTest
    @CsvSource({
        "'path C:\\users\\new and 100%, a && b || \"c\" %d%% &nbsp; \\xzz \\u12 &#9999999; %zz =='",
        "'https://example.org/?a=1&b=%2F%C3&c=%FF%FE+d'",
        "'\\\\\\\\'",
    })
    void leavesEscapesOfOtherThings(String line) {
        assertThat(blotted("PW", SIGNS, line)).isEqualTo(line);
    }

    /** A search that begins anew at each character of a line would take hours. */
    @Tag("slow")
    @Test
    @Timeout(300)
    void isDoneWithManySecretsLongKeysAndHostileLines() {
        Map<String, String> vars = new HashMap<>();
        for (int i = 0; i < 10; i++) {
            vars.put("PW" + i, "s3cret/" + i + "/" + "aB\"c".repeat(i == 0 ? 1_000 : 5));
        }
        BlottedLines lines = Secrets.of(ConfigVars.none().with(vars), new PlainVars(List.of()))
                .lines();
        List<String> output = List.of(
                "[INFO] \"compiled\" src/main/java/App.java with options -Dx=%20 in 'target\\classes' & more of it",
                "\\".repeat(100), "%25".repeat(30) + "s3cret/" + "aB\\\"c".repeat(20));
        for (int i = 0; i < 3_000; i++) {
            lines.next(output.get(i % output.size()));
        }
        for (String hostile : List.of("\\", "%25", "&amp;", "s3cret/", "s3cret/1/aB\\\"c", "'", "\\u0061")) {
            lines.next(hostile.repeat(10_000 / hostile.length()));
        }
        assertThat(lines.next("the end of s3cret/1/aB\"caB\"caB\"caB\"caB\"c")).isEqualTo("the end of [PW1]");
    }
}
