package dev.latchkey.tenancy;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.latchkey.tenancy.caller.OwnerRoles;

/** What the package descriptions say about who may import what. */
@AnalyzeClasses(
    packages = "dev.latchkey.tenancy",
    importOptions = {
      ImportOption.DoNotIncludeTests.class,
      PackageBoundariesTest.NoGeneratedBeanDefinitions.class
    })
final class PackageBoundariesTest {
  static final class NoGeneratedBeanDefinitions implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("/$");
    }
  }

  @ArchTest
  static final ArchRule DOMAIN_KNOWS_NEITHER_WIRE_NOR_FRAMEWORK =
      noClasses()
          .that()
          .resideInAnyPackage("..node..", "..plan..", "..change..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.grpc..",
              "io.micronaut..",
              "dev.latchkey.proto.tenancy..",
              "dev.latchkey.proto.keys..",
              "dev.latchkey.tenancy.wire..",
              "dev.latchkey.tenancy.endpoint..",
              "dev.latchkey.tenancy.feed..",
              "dev.latchkey.tenancy.caller..");

  @ArchTest
  static final ArchRule MEMBERS_KNOW_NEITHER_WIRE_NOR_FRAMEWORK =
      noClasses()
          .that()
          .resideInAPackage("..member..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                      "io.grpc..",
                      "io.micronaut..",
                      "dev.latchkey.proto.tenancy..",
                      "dev.latchkey.proto.keys..",
                      "dev.latchkey.tenancy.wire..",
                      "dev.latchkey.tenancy.endpoint..",
                      "dev.latchkey.tenancy.feed..",
                      "dev.latchkey.tenancy.caller..")
                  .and(not(name(OwnerRoles.class.getName()))));

  @ArchTest
  static final ArchRule NODES_KNOW_NO_MEMBERS =
      noClasses()
          .that()
          .resideInAPackage("..node..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.latchkey.tenancy.member..");

  @ArchTest
  static final ArchRule CHANGE_KNOWS_NOTHING_OF_WHAT_CHANGES =
      noClasses()
          .that()
          .resideInAPackage("..change..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.latchkey.tenancy.node..",
              "dev.latchkey.tenancy.plan..",
              "dev.latchkey.tenancy.member..");

  @ArchTest
  static final ArchRule PLANS_KNOW_NO_NODES =
      noClasses()
          .that()
          .resideInAPackage("..plan..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.latchkey.tenancy.node..");

  @ArchTest
  static final ArchRule WIRE_ONLY_TRANSLATES =
      noClasses()
          .that()
          .resideInAPackage("..wire..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.grpc..", "io.micronaut..", "java.sql..");

  @ArchTest
  static final ArchRule CALLER_KNOWS_NO_TENANCY =
      noClasses()
          .that()
          .resideInAPackage("..caller..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.latchkey.tenancy.node..",
              "dev.latchkey.tenancy.plan..",
              "dev.latchkey.tenancy.member..",
              "dev.latchkey.tenancy.change..");

  @ArchTest
  static final ArchRule NOBODY_REACHES_INTO_THE_RIM =
      noClasses()
          .that()
          .resideOutsideOfPackages("..endpoint..", "..feed..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.latchkey.tenancy.endpoint..", "dev.latchkey.tenancy.feed..");

  @ArchTest
  static final ArchRule NO_CYCLES =
      slices().matching("dev.latchkey.tenancy.(*)..").should().beFreeOfCycles();
}
