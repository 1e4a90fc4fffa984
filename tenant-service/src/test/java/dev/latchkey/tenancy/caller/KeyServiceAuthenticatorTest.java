package dev.latchkey.tenancy.caller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.kit.access.Scopes;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.DenialReason;
import dev.latchkey.tenancy.testing.Api;
import dev.latchkey.tenancy.testing.Deployment;
import dev.latchkey.tenancy.testing.Refusal;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class KeyServiceAuthenticatorTest {
  @AutoClose private final Deployment deployment = new Deployment();

  private Refusal refusalFor(String key) {
    return refusalFor(deployment, key);
  }

  private static Refusal refusalFor(Deployment deployment, String key) {
    return Refusal.of(() -> deployment.as(key).send("ListPlans", Api.request("ListPlans").build()));
  }

  @ParameterizedTest
  @EnumSource(
      value = DenialReason.class,
      names = {
        "DENIAL_REASON_UNSPECIFIED",
        "DENIAL_REASON_CREDENTIAL_MISSING",
        "DENIAL_REASON_MALFORMED",
        "DENIAL_REASON_UNKNOWN",
        "DENIAL_REASON_REVOKED",
        "DENIAL_REASON_EXPIRED",
        "DENIAL_REASON_NOT_YET_VALID",
        "DENIAL_REASON_DISABLED",
        "DENIAL_REASON_TENANT_DELETED"
      })
  void keyThatOpensNothing_isRefused_andDoesNotLearnWhy(DenialReason reason) {
    Refusal refusal = refusalFor(deployment.keys().deniedKey(reason));

    assertThat(refusal).isEqualTo(refusalFor("an unknown key"));
    assertThat(refusal.code()).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(refusal.reason()).isEqualTo("CREDENTIAL_INVALID");
  }

  @ParameterizedTest
  @EnumSource(
      value = DenialReason.class,
      names = {"DENIAL_REASON_TENANT_SUSPENDED", "DENIAL_REASON_API_ACCESS_DENIED"})
  void keyThatItsTenancyStops_isToldWhy(DenialReason reason) {
    Refusal refusal = refusalFor(deployment.keys().deniedKey(reason));

    assertThat(refusal.code()).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(refusal.reason()).isEqualTo("CREDENTIAL_DENIED");
    assertThat(refusal.metadata())
        .containsEntry("denial_reason", reason.name().substring("DENIAL_REASON_".length()));
  }

  @Test
  void answerWithoutADecision_isADenial() {
    String key = deployment.keys().answering(AuthenticateResponse.getDefaultInstance());

    assertThat(refusalFor(key).reason()).isEqualTo("CREDENTIAL_INVALID");
  }

  @Test
  void reasonThatIsNotKnownYet_isADenial() {
    AuthenticateResponse.Builder answer = AuthenticateResponse.newBuilder();
    answer.getDeniedBuilder().setReasonValue(9_999);

    assertThat(refusalFor(deployment.keys().answering(answer.build())).reason())
        .isEqualTo("CREDENTIAL_INVALID");
  }

  @Test
  void allowedKeyWithoutALevel_isNotOneOfThePlatform() {
    AuthenticateResponse.Builder answer = AuthenticateResponse.newBuilder();
    answer
        .getAllowedBuilder()
        .getKeyBuilder()
        .setId("01890000-0000-7000-8000-000000000000")
        .addScopes(Scopes.TENANCY_READ);

    Refusal refusal = refusalFor(deployment.keys().answering(answer.build()));

    assertThat(refusal.code()).isEqualTo(Status.Code.UNAVAILABLE);
  }

  @Test
  void keyServiceThatIsGone_makesCallsUnavailable_neverAllowed() throws Exception {
    try (Deployment alone = new Deployment()) {
      String key = alone.keys().platformKey(Scopes.TENANCY_READ);
      alone.as(key).send("ListPlans", Api.request("ListPlans").build());

      alone.keys().close();

      Refusal refusal = refusalFor(alone, key);
      assertThat(refusal.code()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(refusal.reason()).isEqualTo("DEPENDENCY_UNAVAILABLE");
      assertThat(refusal.metadata()).containsEntry("dependency", "key-service");
    }
  }

  @Test
  void everyDenialReason_isARefusal() {
    List<String> reasons = new ArrayList<>();
    for (DenialReason reason : DenialReason.values()) {
      if (reason != DenialReason.UNRECOGNIZED) {
        reasons.add(refusalFor(deployment.keys().deniedKey(reason)).reason());
      }
    }

    assertThat(reasons)
        .containsOnly(
            "CREDENTIAL_INVALID", "CREDENTIAL_DENIED", "INSUFFICIENT_SCOPE", "RATE_LIMITED");
  }
}
