package dev.tinyserv.agent;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.core.domain.properties.HasOwner;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.conditions.ArchConditions;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Imports only point left, in the order of the pipeline; what every class keeps to stands here as well. */
@AnalyzeClasses(
        packages = {"dev.tinyserv.agent", "dev.tinyserv.buildpacks"},
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String AGENT = "dev.tinyserv.agent";
    private static final String BUILDPACKS = "dev.tinyserv.buildpacks";

    /** Lowest first; the root package, which wires all of them, stands above. */
    private static final List<String> AGENT_LAYERS = List.of(
            "app", "config", "store", "event", "log", "keys", "submit", "git", "build", "release", "deploy", "run",
            "route", "doctor", "command", "ssh", "local");

    /** The rooms of the router, lowest first; {@code route} itself, which puts them together, stands above. */
    private static final List<String> ROUTER_ROOMS = List.of("http", "table", "site", "proxy", "handover", "control");

    private static final List<String> BUILDPACKS_LAYERS =
            List.of("process", "source", "runtime", "program", "buildpack");

    @ArchTest
    void agentPackagesImportOnlyLowerOnes(JavaClasses classes) {
        for (int i = 0; i < AGENT_LAYERS.size(); i++) {
            Stream<String> higher =
                    AGENT_LAYERS.subList(i + 1, AGENT_LAYERS.size()).stream().map(layer -> AGENT + "." + layer + "..");
            checkNoImports(
                    classes,
                    AGENT + "." + AGENT_LAYERS.get(i) + "..",
                    Stream.concat(higher, Stream.of(AGENT)).toArray(String[]::new));
        }
    }

    @ArchTest
    void routerRoomsImportOnlyLowerOnes(JavaClasses classes) {
        String router = AGENT + ".route";
        for (int i = 0; i < ROUTER_ROOMS.size(); i++) {
            Stream<String> higher =
                    ROUTER_ROOMS.subList(i + 1, ROUTER_ROOMS.size()).stream().map(room -> router + "." + room + "..");
            checkNoImports(
                    classes,
                    router + "." + ROUTER_ROOMS.get(i) + "..",
                    Stream.concat(higher, Stream.of(router)).toArray(String[]::new));
        }
    }

    @ArchTest
    static final ArchRule EVERY_ROUTER_ROOM_HAS_ITS_PLACE_IN_THE_ORDER = noClasses()
            .should(ArchConditions.resideInAnyPackage(AGENT + ".route.(*)..")
                    .and(ArchConditions.resideOutsideOfPackages(ROUTER_ROOMS.stream()
                            .map(room -> AGENT + ".route." + room + "..")
                            .toArray(String[]::new))));

    /** What CONTRIBUTING.md says of packages, their doors, interfaces and implementations. */
    @ArchTest
    void theDocumentTellsTheSame(JavaClasses classes) throws IOException {
        List<List<String>> packages = table("packages");
        assertThat(packages.stream().map(row -> row.get(0).replace("`", "")))
                .startsWith(AGENT_LAYERS.toArray(String[]::new))
                .hasSize(AGENT_LAYERS.size() + 1);
        for (List<String> row : packages.subList(0, AGENT_LAYERS.size())) {
            for (String door : types(row.get(2))) {
                assertThat(named(door, classes))
                        .as(door)
                        .anyMatch(type -> type.getPackageName()
                                .startsWith(AGENT + "." + row.get(0).replace("`", "")));
            }
        }
        for (List<String> row : table("interfaces")) {
            String owner = row.get(1).replace("`", "").replace('/', '.');
            List<JavaClass> contracts = types(row.get(0)).stream()
                    .flatMap(contract -> named(contract, classes).filter(type -> !type.isNestedClass()))
                    .filter(type -> type.getPackageName().contains("." + owner))
                    .toList();
            assertThat(contracts).as(row.toString()).hasSameSizeAs(types(row.get(0)));
            for (String implementation : types(row.get(2))) {
                assertThat(named(implementation, classes))
                        .as("%s implements %s", implementation, contracts)
                        .anyMatch(type ->
                                contracts.stream().anyMatch(contract -> type.isAssignableTo(contract.getName())));
            }
        }
    }

    /** The types of that name, and those within them. */
    private static Stream<JavaClass> named(String type, JavaClasses classes) {
        return classes.stream().filter(each -> each.getName().matches(".*\\." + type + "(\\$.*)?"));
    }

    /** The names of types in a cell. */
    private static List<String> types(String cell) {
        return Pattern.compile("`([A-Z]\\w+)`")
                .matcher(cell)
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    private static List<List<String>> table(String name) throws IOException {
        String text = Files.readString(Path.of("..", "CONTRIBUTING.md"));
        return text.substring(text.indexOf("<!-- " + name + " -->"), text.indexOf("<!-- /" + name + " -->"))
                .lines()
                .filter(line -> line.startsWith("| "))
                .skip(1)
                .map(line -> Stream.of(line.substring(1).split("\\|"))
                        .map(String::strip)
                        .toList())
                .toList();
    }

    @ArchTest
    void buildpacksPackagesImportOnlyLowerOnes(JavaClasses classes) {
        for (int i = 0; i < BUILDPACKS_LAYERS.size() - 1; i++) {
            String[] higher = BUILDPACKS_LAYERS.subList(i + 1, BUILDPACKS_LAYERS.size()).stream()
                    .map(layer -> BUILDPACKS + "." + layer + "..")
                    .toArray(String[]::new);
            checkNoImports(classes, BUILDPACKS + "." + BUILDPACKS_LAYERS.get(i) + "..", higher);
        }
    }

    private static void checkNoImports(JavaClasses classes, String from, String... to) {
        noClasses()
                .that()
                .resideInAPackage(from)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(to)
                .because("imports point left: " + AGENT_LAYERS + ", then the root package; in route: " + ROUTER_ROOMS)
                .allowEmptyShould(true)
                .check(classes);
    }

    @ArchTest
    static final ArchRule BUILDPACKS_DO_NOT_KNOW_THE_AGENT = noClasses()
            .that()
            .resideInAPackage(BUILDPACKS + "..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(AGENT + "..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule EVERY_AGENT_PACKAGE_HAS_ITS_PLACE_IN_THE_ORDER = noClasses()
            .should(ArchConditions.resideInAnyPackage(AGENT + ".(*)..")
                    .and(ArchConditions.resideOutsideOfPackages(AGENT_LAYERS.stream()
                            .map(layer -> AGENT + "." + layer + "..")
                            .toArray(String[]::new))))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule AGENT_PACKAGES_HAVE_NO_CYCLES =
            slices().matching(AGENT + ".(**)").should().beFreeOfCycles().allowEmptyShould(true);

    @ArchTest
    static final ArchRule BUILDPACKS_PACKAGES_HAVE_NO_CYCLES =
            slices().matching(BUILDPACKS + ".(**)").should().beFreeOfCycles().allowEmptyShould(true);

    /** Other machines could run processes, too: who asks for that knows {@code deploy.Instances} and its records. */
    @ArchTest
    static final ArchRule ONLY_THE_ROOT_KNOWS_WHO_RUNS_PROCESSES = noClasses()
            .that()
            .resideOutsideOfPackages(AGENT, AGENT + ".run..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(AGENT + ".run");

    @ArchTest
    static final ArchRule LOGGING_IS_SLF4J = noClasses()
            .that()
            .doNotHaveFullyQualifiedName(AGENT + ".OwnLog")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.util.logging..", "org.apache.commons.logging..", "ch.qos.logback..");

    /** The root package holds the mains, local the commands on the server. */
    @ArchTest
    static final ArchRule ONLY_MAINS_USE_THE_CONSOLE = noClasses()
            .that(resideInAPackage(AGENT + ".local..").negate())
            .and()
            .resideOutsideOfPackage(AGENT)
            .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS)
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule NOBODY_SLEEPS = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("dev.tinyserv.agent.AgentProbe")
            .and()
            .doNotHaveFullyQualifiedName("dev.tinyserv.agent.run.Watch")
            .and()
            .doNotHaveFullyQualifiedName("dev.tinyserv.agent.run.runtime.Gate")
            .and()
            .doNotHaveFullyQualifiedName("dev.tinyserv.buildpacks.process.ProcessEnd")
            .should()
            .callMethodWhere(JavaCall.Predicates.target(HasName.Predicates.name("sleep"))
                    .and(JavaCall.Predicates.target(HasOwner.Predicates.With.owner(type(Thread.class))))
                    .as("Thread.sleep"))
            .because("who waits, waits for something; only those may look again and again who look at other"
                    + " processes, of which the kernel tells nothing by itself");

    @ArchTest
    static final ArchRule NAMES_SAY_WHAT_A_CLASS_IS =
            noClasses().should().haveNameMatching(".*((?<!Package)Manager|Helper|Util|Utils|Common|Impl)(\\$.*)?");
}
