package dev.tinyserv.agent;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.conditions.ArchConditions;
import com.tngtech.archunit.library.GeneralCodingRules;
import dev.tinyserv.agent.event.Event;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Imports only point left, in the order of the pipeline; what every class keeps to stands here as well. */
@AnalyzeClasses(
        packages = {"dev.tinyserv.agent", "dev.tinyserv.buildpacks"},
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String AGENT = "dev.tinyserv.agent";
    private static final String BUILDPACKS = "dev.tinyserv.buildpacks";

    /** Lowest first; the root package, which wires all of them, stands above. */
    private static final List<String> AGENT_LAYERS = List.of(
            "app", "config", "store", "machine", "event", "log", "keys", "submit", "git", "build", "release", "deploy",
            "run", "route", "doctor", "command", "ssh", "local");

    /** The rooms of the router, lowest first; {@code route} itself, which puts them together, stands above. */
    private static final List<String> ROUTER_ROOMS = List.of("http", "table", "site", "proxy", "handover", "control");

    private static final List<String> BUILDPACKS_LAYERS =
            List.of("base", "process", "source", "runtime", "program", "buildpack");

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

    /** Whoever hears of events knows all kinds: each is sealed over its records, and none lies in another package. */
    @ArchTest
    void everyEventIsARecordOfASealedKind(JavaClasses classes) {
        assertThat(classes.stream()
                        .filter(each -> each.isAssignableTo(Event.class) && !each.isEquivalentTo(Event.class))
                        .map(JavaClass::reflect))
                .isNotEmpty()
                .allMatch(each -> each.isInterface() ? each.isSealed() : each.isRecord())
                .allMatch(each -> each.getPackageName().equals(Event.class.getPackageName()));
    }

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
            .that(DescribedPredicate.not(belongTo(List.of(AGENT + ".OwnLog"))))
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

    /** What they look at tells nothing by itself: another process, its lock or socket, a machine without descriptors. */
    private static final List<String> LOOK_AGAIN = List.of(
            BUILDPACKS + ".base.Pauses",
            AGENT + ".machine.Watch",
            AGENT + ".route.control.RouterLink",
            AGENT + ".ssh.SteadyListener");

    private static final DescribedPredicate<JavaAccess<?>> SLEEP =
            DescribedPredicate.describe("let time pass", ArchitectureTest::isSleep);

    /** Also one that is handed on as a method reference. A wait with a limit waits for something: it is notified. */
    private static boolean isSleep(JavaAccess<?> access) {
        String owner = access.getTargetOwner().getName();
        return switch (access.getName()) {
            case "sleep" -> owner.equals(Thread.class.getName()) || owner.equals(TimeUnit.class.getName());
            case "parkNanos", "parkUntil" -> owner.equals(LockSupport.class.getName());
            default -> false;
        };
    }

    /** Where there is nobody who notifies, a wait with a limit is a sleep, too; these two have somebody. */
    private static final DescribedPredicate<JavaAccess<?>> WAIT_WITH_A_LIMIT = DescribedPredicate.describe(
            "Object.wait with a limit",
            access -> access.getName().equals("wait")
                    && access.getTarget() instanceof CodeUnitAccessTarget target
                    && !target.getRawParameterTypes().isEmpty());

    @ArchTest
    static final ArchRule NOBODY_SLEEPS = noClasses()
            .that(DescribedPredicate.not(belongTo(LOOK_AGAIN)))
            .should()
            .accessTargetWhere(SLEEP)
            .because("who waits, waits for something");

    @ArchTest
    static final ArchRule NOBODY_WAITS_FOR_NOTHING = noClasses()
            .that(DescribedPredicate.not(belongTo(List.of("dev.tinyserv.buildpacks.process.QueuedTranscript"))))
            .should()
            .accessTargetWhere(WAIT_WITH_A_LIMIT)
            .because("a limit is for a lock's condition or a future, which say what they wait for");

    /** They open a file through its folder, and list nothing. */
    private static final List<String> LIST_NOTHING = List.of(AGENT + ".route.site.SiteEntry");

    /** A folder that cannot be read on tells that with an exception that no signature names. */
    @ArchTest
    void whoListsAFolderHeedsThatItMayFailMidway(JavaClasses classes) {
        assertThat(classes.stream()
                        .filter(DescribedPredicate.not(belongTo(LIST_NOTHING)))
                        .flatMap(each -> each.getCodeUnits().stream())
                        .filter(ArchitectureTest::failsUnseen)
                        .map(JavaCodeUnit::getFullName))
                .isEmpty();
    }

    private static boolean failsUnseen(JavaCodeUnit unit) {
        Set<String> caught = unit.getTryCatchBlocks().stream()
                .flatMap(block -> block.getCaughtThrowables().stream())
                .map(JavaClass::getName)
                .collect(Collectors.toSet());
        return unit.getMethodCallsFromSelf().stream()
                .filter(call -> call.getTargetOwner().isEquivalentTo(Files.class))
                .anyMatch(call -> switch (call.getName()) {
                    case "newDirectoryStream" -> !caught.contains(DirectoryIteratorException.class.getName());
                    case "list", "walk", "find", "lines" -> !caught.contains(UncheckedIOException.class.getName());
                    default -> false;
                });
    }

    private static DescribedPredicate<JavaClass> belongTo(List<String> names) {
        return DescribedPredicate.describe(
                "belong to " + names, each -> names.contains(each.getName().split("\\$", 2)[0]));
    }

    @SuppressWarnings({"UnusedMethod", "WaitNotInLoop"}) // nobody runs it; the rules look at it
    private static final class Sleepers {
        void thread() throws InterruptedException {
            Thread.sleep(1);
        }

        void unit() throws InterruptedException {
            TimeUnit.MILLISECONDS.sleep(1);
        }

        LongConsumer parked() {
            return LockSupport::parkNanos;
        }

        void until() {
            LockSupport.parkUntil(1);
        }

        synchronized void notifiedByNobody() throws InterruptedException {
            wait(1);
        }
    }

    @Test
    void everyWayToSleepIsSeen() {
        JavaClasses sleepers = new ClassFileImporter().importClasses(Sleepers.class);
        assertThat(NOBODY_SLEEPS.evaluate(sleepers).getFailureReport().getDetails())
                .hasSize(4)
                .satisfiesOnlyOnce(line -> assertThat(line).contains("Thread.sleep"))
                .satisfiesOnlyOnce(line -> assertThat(line).contains("TimeUnit.sleep"))
                .satisfiesOnlyOnce(line -> assertThat(line).contains("LockSupport.parkNanos"))
                .satisfiesOnlyOnce(line -> assertThat(line).contains("LockSupport.parkUntil"));
        assertThat(NOBODY_WAITS_FOR_NOTHING
                        .evaluate(sleepers)
                        .getFailureReport()
                        .getDetails())
                .singleElement()
                .asString()
                .contains("Object.wait");
    }

    @ArchTest
    static final ArchRule NAMES_SAY_WHAT_A_CLASS_IS =
            noClasses().should().haveNameMatching(".*((?<!Package)Manager|Helper|Util|Utils|Common|Impl)(\\$.*)?");
}
