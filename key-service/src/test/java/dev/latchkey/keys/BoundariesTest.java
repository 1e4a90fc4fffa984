package dev.latchkey.keys;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The packages know only what they are meant to know. */
@AnalyzeClasses(
    packages = "dev.latchkey.keys",
    importOptions = ImportOption.DoNotIncludeTests.class)
final class BoundariesTest {
  private static final String[] RIM = {
    "io.micronaut..",
    "jakarta..",
    "io.grpc..",
    "java.sql..",
    "org.postgresql..",
    "com.google.protobuf..",
    "dev.latchkey.proto.."
  };

  @ArchTest
  static final ArchRule FORMAT_HASHING_AND_DECISION_ARE_PURE =
      noClasses()
          .that()
          .resideInAnyPackage(
              "..keys.format..", "..keys.hashing..", "..keys.decision..", "..keys.resource..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(RIM);

  @ArchTest
  static final ArchRule TENANCY_KNOWS_NOTHING_OF_KEYS =
      noClasses()
          .that()
          .resideInAPackage("..keys.tenancy..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "..keys.store..", "..keys.issuing..", "..keys.authenticate..", "..keys.hashing..");

  @ArchTest
  static final ArchRule STORE_LIMITS_AND_CREDITS_KNOW_NO_GRPC =
      noClasses()
          .that()
          .resideInAnyPackage("..keys.store..", "..keys.limits..", "..keys.credits..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.grpc..", "dev.latchkey.proto..");

  @ArchTest
  static final ArchRule FEATURES_FORM_NO_CYCLES =
      slices().matching("dev.latchkey.keys.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule NO_OTHER_SERVICE_IS_KNOWN =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.latchkey.tenancy..", "dev.latchkey.edge..");

  @ArchTest
  static final ArchRule TIME_COMES_FROM_A_CLOCK =
      noClasses()
          .should()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(java.time.Instant.class, "now");
}
