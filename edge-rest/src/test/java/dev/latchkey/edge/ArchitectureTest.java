package dev.latchkey.edge;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;

/** The boundaries that the packages' {@code package-info} promise. */
@AnalyzeClasses(packages = "dev.latchkey.edge", importOptions = DoNotIncludeTests.class)
final class ArchitectureTest {
  private static final String EDGE = "dev.latchkey.edge.";

  @ArchTest
  static final ArchRule credentials_arePure =
      classes()
          .that()
          .resideInAPackage(EDGE + "credentials")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              EDGE + "credentials", "dev.latchkey.kit.secret", "java..", "org.jspecify..");

  @ArchTest
  static final ArchRule addresses_arePure =
      classes()
          .that()
          .resideInAPackage(EDGE + "address")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              EDGE + "address", "dev.latchkey.kit.net..", "java..", "org.jspecify..");

  @ArchTest
  static final ArchRule problems_knowNobody =
      noClasses()
          .that()
          .resideInAPackage(EDGE + "problem")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.grpc..",
              EDGE + "http",
              EDGE + "keyservice",
              EDGE + "decision",
              EDGE + "me",
              EDGE + "authorize",
              EDGE + "leaks",
              EDGE + "authenticate",
              EDGE + "management",
              EDGE + "openapi",
              EDGE + "health");

  @ArchTest
  static final ArchRule http_knowsNeitherGrpcNorRoutes =
      noClasses()
          .that()
          .resideInAPackage(EDGE + "http")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.grpc..",
              EDGE + "keyservice",
              EDGE + "decision",
              EDGE + "me",
              EDGE + "authorize",
              EDGE + "leaks",
              EDGE + "authenticate",
              EDGE + "management",
              EDGE + "openapi",
              EDGE + "health");

  @ArchTest
  static final ArchRule keyService_knowsNoHttpServer =
      noClasses()
          .that()
          .resideInAPackage(EDGE + "keyservice")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.micronaut..",
              EDGE + "http",
              EDGE + "decision",
              EDGE + "me",
              EDGE + "authorize",
              EDGE + "leaks",
              EDGE + "authenticate",
              EDGE + "management",
              EDGE + "openapi",
              EDGE + "health");

  @ArchTest
  static final ArchRule json_knowsOnlyMessages =
      classes()
          .that()
          .resideInAPackage(EDGE + "json")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              EDGE + "json",
              "dev.latchkey.kit.errors",
              "dev.latchkey.kit.validation",
              "com.fasterxml.jackson.core..",
              "com.google.protobuf..",
              "java..",
              "org.jspecify..");

  @ArchTest
  static final ArchRule limitsInHeaders_knowNeitherServersNorCalls =
      noClasses()
          .that()
          .resideInAPackage(EDGE + "ratelimit")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.micronaut..", "io.grpc..", EDGE + "http", EDGE + "keyservice");

  @ArchTest
  static final ArchRule decisions_knowNoRoutes =
      noClasses()
          .that()
          .resideInAPackage(EDGE + "decision")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              EDGE + "me",
              EDGE + "authorize",
              EDGE + "leaks",
              EDGE + "authenticate",
              EDGE + "management",
              EDGE + "openapi",
              EDGE + "health");

  @ArchTest
  static final ArchRule edge_hasNoDatabase =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "java.sql..",
              "javax.sql..",
              "dev.latchkey.kit.database..",
              "dev.latchkey.keys..",
              "dev.latchkey.tenancy..");

  @ArchTest
  static final ArchRule secretsAreRead_onlyWhereTheyGoOut =
      noClasses()
          .that()
          .resideOutsideOfPackages(EDGE + "keyservice")
          .should()
          .callMethod(dev.latchkey.kit.secret.Secret.class, "reveal");

  @ArchTest
  static final ArchRule features_haveNoCycles =
      SlicesRuleDefinition.slices().matching(EDGE + "(*)..").should().beFreeOfCycles();
}
