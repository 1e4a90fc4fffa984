package dev.latchkey.tenancy.caller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.RetryInfo;
import dev.latchkey.kit.access.RateLimitHeaders;
import dev.latchkey.kit.access.Scopes;
import dev.latchkey.kit.grpc.ServiceCredential;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.access.v1.Role;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.DenialReason;
import dev.latchkey.proto.keys.v1.LimitState;
import dev.latchkey.proto.tenancy.v1.ListPlansRequest;
import dev.latchkey.proto.tenancy.v1.NodeLevel;
import dev.latchkey.proto.tenancy.v1.NodeRef;
import dev.latchkey.proto.tenancy.v1.PlanServiceGrpc;
import dev.latchkey.proto.tenancy.v1.PlanServiceGrpc.PlanServiceBlockingStub;
import dev.latchkey.tenancy.testing.Api;
import dev.latchkey.tenancy.testing.Deployment;
import dev.latchkey.tenancy.testing.Refusal;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.MetadataUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
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
        "DENIAL_REASON_TENANT_DELETED",
        "DENIAL_REASON_OWNER_INACTIVE"
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
  void membersKey_opensNothing_onceItsOwnerHasNoRole() {
    String organization = deployment.organization();
    String user = deployment.user(organization);
    String key =
        deployment
            .keys()
            .memberKey(user, NodeLevel.NODE_LEVEL_ORGANIZATION, organization, Scopes.TENANCY_READ);
    Refusal before = refusalFor(key);
    deployment.grant(user, Role.ROLE_VIEWER, organization);
    deployment.as(key).send("ListPlans", Api.request("ListPlans").build());

    deployment.asOperator().call("RevokeRole", "node_id", organization, "user_id", user);

    assertThat(List.of(before, refusalFor(key))).containsOnly(refusalFor("an unknown key"));
  }

  @Test
  void roleOfAnOwner_holdsFromTheNextCallOn() {
    String organization = deployment.organization();
    String user = deployment.user(organization);
    deployment.grant(user, Role.ROLE_ADMIN, organization);
    Api member = deployment.asMember(user, organization);
    member.call("CreateProject", "organization_id", organization, "slug", "a");

    deployment.grant(user, Role.ROLE_MEMBER, organization);

    Refusal refusal =
        Refusal.of(
            () -> member.call("CreateProject", "organization_id", organization, "slug", "b"));
    assertThat(refusal.reason()).isEqualTo("ROLE_INSUFFICIENT");
  }

  @Test
  void ownerThatIsNoId_makesTheAnswerUseless() {
    Refusal refusal =
        refusalFor(
            deployment
                .keys()
                .memberKey("nobody", NodeLevel.NODE_LEVEL_PLATFORM, "", Scopes.TENANCY_READ));

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

  private static LimitState.Builder limit(long remaining) {
    return LimitState.newBuilder()
        .setName("management")
        .setAmount(180)
        .setWindow(Duration.newBuilder().setSeconds(60))
        .setRemaining(remaining)
        .setResetAfter(Duration.newBuilder().setSeconds(41).setNanos(1));
  }

  private PlanServiceBlockingStub plans(String key, AtomicReference<Metadata> headers) {
    return PlanServiceGrpc.newBlockingStub(deployment.node().channel())
        .withCallCredentials(ServiceCredential.of(Secret.of(key)))
        .withInterceptors(
            MetadataUtils.newCaptureMetadataInterceptor(headers, new AtomicReference<>()));
  }

  @Test
  void everyCall_drawsFromTheManagementLimit_andTellsTheCallerWhatIsLeft() {
    AuthenticateResponse.Builder answer = AuthenticateResponse.newBuilder();
    answer
        .getAllowedBuilder()
        .addLimits(limit(179))
        .getKeyBuilder()
        .setId("01890000-0000-7000-8000-000000000000")
        .setNode(NodeRef.newBuilder().setLevel(NodeLevel.NODE_LEVEL_PLATFORM))
        .addScopes(Scopes.TENANCY_READ);
    String key = deployment.keys().answering(answer.build());
    AtomicReference<Metadata> headers = new AtomicReference<>();

    var _ = plans(key, headers).listPlans(ListPlansRequest.getDefaultInstance());

    Metadata received = Objects.requireNonNull(headers.get());
    assertThat(received.get(RateLimitHeaders.POLICY)).isEqualTo("\"management\";q=180;w=60");
    assertThat(received.get(RateLimitHeaders.LIMIT)).isEqualTo("\"management\";r=179;t=42");
    AuthenticateRequest asked = deployment.keys().askedAbout(key).getLast();
    assertThat(asked.getLimit()).isEqualTo("management");
    assertThat(asked.getCost()).isEqualTo(1);
    assertThat(asked.getRequiredScopesList()).containsExactly(Scopes.TENANCY_READ);
  }

  @Test
  void limitThatIsUsedUp_isARefusalThatSaysWhenToComeBack() throws Exception {
    AuthenticateResponse.Builder answer = AuthenticateResponse.newBuilder();
    answer
        .getDeniedBuilder()
        .setReason(DenialReason.DENIAL_REASON_RATE_LIMITED)
        .setKeyId("01890000-0000-7000-8000-000000000000")
        .setRetryAfter(Duration.newBuilder().setSeconds(41))
        .addLimits(limit(0));
    String key = deployment.keys().answering(answer.build());

    StatusRuntimeException refused =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                plans(key, new AtomicReference<>())
                    .listPlans(ListPlansRequest.getDefaultInstance()));

    Refusal refusal = Refusal.of(refused);
    assertThat(refusal.code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(refusal.reason()).isEqualTo("RATE_LIMITED");
    assertThat(refusal.metadata()).containsEntry("limit", "management");
    Metadata trailers = Objects.requireNonNull(refused.getTrailers());
    assertThat(trailers.get(RateLimitHeaders.LIMIT)).isEqualTo("\"management\";r=0;t=42");
    RetryInfo retry = null;
    for (Any detail : Objects.requireNonNull(StatusProto.fromThrowable(refused)).getDetailsList()) {
      if (detail.is(RetryInfo.class)) {
        retry = detail.unpack(RetryInfo.class);
      }
    }
    assertThat(Objects.requireNonNull(retry).getRetryDelay().getSeconds()).isEqualTo(41);
  }

  @Test
  void keyWithoutTheScope_isRefusedAsEver() {
    Refusal refusal =
        refusalFor(deployment.keys().deniedKey(DenialReason.DENIAL_REASON_INSUFFICIENT_SCOPE));

    assertThat(refusal).isEqualTo(refusalFor(deployment.keys().platformKey(Scopes.KEYS_READ)));
    assertThat(refusal.metadata()).containsEntry("required_scope", Scopes.TENANCY_READ);
  }
}
