package dev.tinyserv.agent.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.agent.app.ConfigVars;
import dev.tinyserv.buildpacks.Refusal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
    void blotsWhatAMessageIsShortenedIn() {
        Refusal refusal = of("TOKEN", "s3cretpass").blot(new Refusal("unknown 'version s3cretp…'\nuse s3cretpass"));
        assertThat(refusal).hasMessage("unknown 'version [TOKEN]…'\nuse [TOKEN]");
        Refusal harmless = new Refusal("nothing\n\nin it");
        assertThat(of("TOKEN", "s3cretpass").blot(harmless)).isSameAs(harmless);
    }

    @Test
    void blotsASecretThatIsLongerThanALine() {
        String secret = "0123456789".repeat(2_000) + "end";
        BlottedLines lines = new BlottedLines(of("LONG", secret));
        assertThat(List.of(
                        lines.next("       " + secret.substring(0, 10_000)),
                        lines.next("       " + secret.substring(10_000, 20_000)),
                        lines.next("       end")))
                .containsExactly("       [LONG]", "       [LONG]", "       [LONG]");
    }
}
