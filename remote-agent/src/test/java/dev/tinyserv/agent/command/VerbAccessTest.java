package dev.tinyserv.agent.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.agent.AgentSettings;
import dev.tinyserv.agent.app.Account;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.keys.AuthorizedKeys;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Cancellation;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may call which verb, for every verb, role and app. A verb that is not in the table here fails. */
class VerbAccessTest {
    /** In place of an address: the server's own command line. */
    private static final String SERVER = "";

    private static final AppName OWN = new AppName("shop");
    private static final AppName FOREIGN = new AppName("blog");
    private static final Account ADMIN = Account.admin("ada");
    private static final Account DEPLOYER = new Account("ci", Account.Role.DEPLOYER, Set.of(OWN));

    /** What a deployer may do with a verb; an admin may call them all but the server's own. */
    private enum Deployers {
        /** Refused, whatever the app. */
        NEVER,
        /** Refused, but an app that is not theirs is refused as one that does not exist. */
        NEVER_AND_NO_FOREIGN_APP,
        /** Allowed for their apps. */
        OWN_APP,
        /** Allowed, and with an app only for theirs. */
        ALWAYS,
        /** Not for people: there is no such verb. */
        UNKNOWN
    }

    private static final Map<String, Deployers> TABLE = Map.ofEntries(
            Map.entry("apps", Deployers.ALWAYS),
            Map.entry("apps:create blog", Deployers.NEVER),
            Map.entry("apps:deploy-key", Deployers.OWN_APP),
            Map.entry("apps:destroy -c shop", Deployers.NEVER_AND_NO_FOREIGN_APP),
            Map.entry("apps:info", Deployers.OWN_APP),
            Map.entry("apps:open", Deployers.OWN_APP),
            Map.entry("apps:set root=api", Deployers.OWN_APP),
            Map.entry("buildpacks", Deployers.OWN_APP),
            Map.entry("buildpacks:add node", Deployers.OWN_APP),
            Map.entry("buildpacks:clear", Deployers.OWN_APP),
            Map.entry("buildpacks:remove node", Deployers.OWN_APP),
            Map.entry("buildpacks:set node", Deployers.OWN_APP),
            Map.entry("builds", Deployers.OWN_APP),
            Map.entry("builds:cancel", Deployers.OWN_APP),
            Map.entry("builds:output", Deployers.OWN_APP),
            Map.entry("config", Deployers.OWN_APP),
            Map.entry("config:get A", Deployers.OWN_APP),
            Map.entry("config:set A=1", Deployers.OWN_APP),
            Map.entry("config:unset A", Deployers.OWN_APP),
            Map.entry("deploy -", Deployers.OWN_APP),
            Map.entry("disk", Deployers.ALWAYS),
            Map.entry("disk:clean", Deployers.NEVER),
            Map.entry("doctor", Deployers.NEVER),
            Map.entry("internal:end-apps", Deployers.UNKNOWN),
            Map.entry("internal:port-problems", Deployers.UNKNOWN),
            Map.entry("keys", Deployers.NEVER),
            Map.entry("keys:add", Deployers.NEVER),
            Map.entry("keys:remove ada", Deployers.NEVER),
            Map.entry("logs", Deployers.OWN_APP),
            Map.entry("ps", Deployers.OWN_APP),
            Map.entry("ps:restart", Deployers.OWN_APP),
            Map.entry("ps:scale web=2", Deployers.OWN_APP),
            Map.entry("ps:signal web USR2", Deployers.OWN_APP),
            Map.entry("ps:set web surge=2", Deployers.OWN_APP),
            Map.entry("ps:start", Deployers.OWN_APP),
            Map.entry("ps:stop", Deployers.OWN_APP),
            Map.entry("redeploy", Deployers.OWN_APP),
            Map.entry("releases", Deployers.OWN_APP),
            Map.entry("releases:info", Deployers.OWN_APP),
            Map.entry("releases:rollback", Deployers.OWN_APP),
            Map.entry("settings", Deployers.NEVER),
            Map.entry("status", Deployers.ALWAYS));

    @TempDir
    Path root;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private static String nameIn(String call) {
        return call.split(" ", 2)[0];
    }

    static Stream<String> calls() {
        return TABLE.keySet().stream().sorted();
    }

    private static Deployers deployersMay(String call) {
        return Objects.requireNonNull(TABLE.get(call));
    }

    private static VerbDeclaration declared(String call) {
        return VerbTable.find(nameIn(call)).orElseThrow().declared();
    }

    private Call call(Account account, String address, String... arguments) {
        return new Call(
                new Caller(account),
                List.of(arguments),
                Map.of(),
                InputStream.nullInputStream(),
                out,
                err,
                Optional.of(address).filter(each -> !each.equals(SERVER)),
                new Cancellation());
    }

    /** Calls a verb where no agent runs: what passes the gate cannot go far. */
    private int ask(Account account, String call, Optional<AppName> app) {
        List<String> arguments = new ArrayList<>(List.of(call.split(" ")));
        app.ifPresent(name -> arguments.addAll(1, List.of("-a", name.value())));
        Map<String, String> environment = Map.of("TINYSERV_ROOT", root.toString());
        AgentSettings settings = AgentSettings.load(environment);
        return new Commands(
                        settings.view(environment),
                        new AuthorizedKeys(settings.layout().authorizedKeys()),
                        Optional.empty())
                .handle(call(account, "127.0.0.1", arguments.toArray(String[]::new)));
    }

    private String told() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void everyVerbStandsInTheTable() {
        assertThat(VerbTable.declarations().stream().map(VerbDeclaration::name))
                .containsExactlyInAnyOrderElementsOf(
                        TABLE.keySet().stream().map(VerbAccessTest::nameIn).toList());
    }

    @ParameterizedTest
    @MethodSource("calls")
    void anAdminMayCallEveryVerbForEveryApp(String call) {
        VerbDeclaration verb = declared(call);
        for (Optional<AppName> app : List.of(Optional.of(OWN), Optional.of(FOREIGN))) {
            if (deployersMay(call) == Deployers.UNKNOWN) {
                assertThatThrownBy(() -> Permission.require(verb, call(ADMIN, "127.0.0.1", call), app))
                        .isInstanceOf(Refusal.class);
            } else {
                assertThatCode(() -> Permission.require(verb, call(ADMIN, "127.0.0.1", call), app))
                        .doesNotThrowAnyException();
            }
            assertThatCode(() -> Permission.require(verb, call(ADMIN, SERVER, call), app))
                    .doesNotThrowAnyException();
        }
    }

    @ParameterizedTest
    @MethodSource("calls")
    void aDeployerMayCallWhatTheTableSaysForAnOwnApp(String call) {
        Deployers may = deployersMay(call);
        Optional<AppName> own = declared(call).aboutApp() ? Optional.of(OWN) : Optional.empty();
        int exit = ask(DEPLOYER, call, own);

        switch (may) {
            case NEVER, NEVER_AND_NO_FOREIGN_APP ->
                assertThat(told()).contains("the key 'ci' is a deployer's and may not ");
            case OWN_APP, ALWAYS -> assertThat(told()).contains("tinyserv does not run under");
            case UNKNOWN -> assertThat(told()).contains("no such verb '" + call + "'");
        }
        assertThat(exit).isEqualTo(may == Deployers.UNKNOWN ? Refusal.USAGE : Refusal.FAILED);
        assertThat(out.size()).as("what a refused caller reads on the output").isZero();
    }

    @ParameterizedTest
    @MethodSource("calls")
    void aDeployerMayCallNoVerbForAnothersApp(String call) {
        Deployers may = deployersMay(call);
        boolean takesApp = VerbParser.optionsOf(VerbTable.find(nameIn(call)).orElseThrow()).stream()
                .anyMatch(option -> option.names().contains("--app"));
        if (!takesApp) {
            assertThat(declared(call).aboutApp()).isFalse();
            return;
        }
        assertThat(ask(DEPLOYER, call, Optional.of(FOREIGN))).isEqualTo(Refusal.FAILED);
        assertThat(told())
                .contains(
                        may == Deployers.NEVER
                                ? "is a deployer's and may not "
                                : "no app 'blog' that the key 'ci' may use");
        assertThat(out.size()).isZero();
    }

    @Test
    void aDeployerPushesToAndFetchesFromOwnAppsOnly() {
        for (VerbDeclaration program : List.of(GitCommand.RECEIVE, GitCommand.UPLOAD)) {
            for (Account account : List.of(ADMIN, DEPLOYER)) {
                assertThatCode(() -> Permission.require(program, call(account, "127.0.0.1"), Optional.of(OWN)))
                        .doesNotThrowAnyException();
            }
            assertThatThrownBy(() -> Permission.require(program, call(DEPLOYER, "127.0.0.1"), Optional.of(FOREIGN)))
                    .hasMessageContaining("no app 'blog' that the key 'ci' may use");
        }
    }

    @Test
    void aVerbThatDeclaresNothingIsRefusedToEverybody() {
        for (VerbDeclaration verb :
                List.of(VerbDeclaration.readsServer("new", "brief"), VerbDeclaration.changesApp("new", "brief"))) {
            for (String address : List.of("127.0.0.1", SERVER)) {
                assertThatThrownBy(() -> Permission.require(verb, call(ADMIN, address), Optional.of(OWN)))
                        .isInstanceOf(Refusal.class)
                        .hasMessageContaining("nobody may call new");
            }
        }
    }

    @Test
    void aVerbForUsersOfAnAppIsRefusedWithoutOne() {
        VerbDeclaration verb = VerbDeclaration.readsApp("new", "brief").by(Who.APP_USER);

        assertThatThrownBy(() -> Permission.require(verb, call(ADMIN, SERVER), Optional.empty()))
                .isInstanceOf(Refusal.class);
    }

    @Test
    void everyVerbForAdminsSaysWhatOthersMayNot() {
        for (VerbDeclaration verb : VerbTable.declarations()) {
            assertThat(verb.rights().deed().isEmpty())
                    .as(verb.name())
                    .isEqualTo(verb.rights().who() != Who.ADMIN);
        }
    }
}
