package dev.tinyserv.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.FileDescriptor;

@AnalyzeClasses(packages = "dev.tinyserv.cli", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule importsPointLeft = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("output")
            .definedBy("dev.tinyserv.cli.output")
            .layer("remote")
            .definedBy("dev.tinyserv.cli.remote")
            .layer("command")
            .definedBy("dev.tinyserv.cli.command")
            .layer("Main")
            .definedBy("dev.tinyserv.cli")
            .whereLayer("Main")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("command")
            .mayOnlyBeAccessedByLayers("Main")
            .whereLayer("remote")
            .mayOnlyBeAccessedByLayers("command", "Main");

    @ArchTest
    static final ArchRule onlyOutputPrints = noClasses()
            .that()
            .resideOutsideOfPackage("dev.tinyserv.cli.output")
            .should(ACCESS_STANDARD_STREAMS)
            .orShould()
            .dependOnClassesThat()
            .belongToAnyOf(FileDescriptor.class);
}
