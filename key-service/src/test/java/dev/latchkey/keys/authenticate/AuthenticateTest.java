package dev.latchkey.keys.authenticate;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import dev.latchkey.keys.support.Conditions;
import dev.latchkey.keys.support.RunningKeyService;
import dev.latchkey.keys.support.StandInTenancy;
import dev.latchkey.proto.keys.v1.Allowed;
import dev.latchkey.proto.keys.v1.AuthenticateBatchRequest;
import dev.latchkey.proto.keys.v1.AuthenticateBatchResponse;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.CreateKeyRequest;
import dev.latchkey.proto.keys.v1.CreateKeyResponse;
import dev.latchkey.proto.keys.v1.DenialReason;
import dev.latchkey.proto.tenancy.v1.NodeLevel;
import dev.latchkey.proto.tenancy.v1.NodeState;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class AuthenticateTest {
  private static RunningKeyService service;

  @BeforeAll
  static void start() {
    service = new RunningKeyService();
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  private static void awaitDenial(String secret, DenialReason expected) {
    Conditions.await("denied with " + expected, () -> service.denial(secret) == expected);
  }

  private static void awaitAllowed(String secret) {
    Conditions.await("allowed", () -> service.authenticate(secret).hasAllowed());
  }

  @Test
  void answer_hasTheKeyAndItsWholeTenancy() {
    StandInTenancy.Branch acme = service.tenancy().branch("acme");
    CreateKeyResponse created = service.create(acme.workspace().getId(), "memories:read");

    Allowed allowed = service.authenticate(created.getSecret()).getAllowed();

    assertThat(allowed.getKey().getId()).isEqualTo(created.getKey().getId());
    assertThat(allowed.getKey().getScopesList()).containsExactly("memories:read");
    assertThat(allowed.getKey().getNode().getLevel()).isEqualTo(NodeLevel.NODE_LEVEL_WORKSPACE);
    assertThat(allowed.getKey().getPrefix()).isEqualTo("mk_live_staging_");
    assertThat(allowed.getContext().getOrganization().getDisplayName())
        .isEqualTo("Organization acme");
    assertThat(allowed.getContext().getProject().getId()).isEqualTo(acme.project().getId());
    assertThat(allowed.getContext().getEnvironment().getSlug()).isEqualTo("staging");
    assertThat(allowed.getContext().getWorkspace().getId()).isEqualTo(acme.workspace().getId());
  }

  @Test
  void keyOfAProject_hasNothingBelowItInItsAnswer() {
    StandInTenancy.Branch acme = service.tenancy().branch("project-only");
    CreateKeyResponse created = service.create(acme.project().getId());

    Allowed allowed = service.authenticate(created.getSecret()).getAllowed();

    assertThat(allowed.getContext().hasProject()).isTrue();
    assertThat(allowed.getContext().hasEnvironment()).isFalse();
    assertThat(allowed.getContext().hasWorkspace()).isFalse();
  }

  @Test
  void renamedOrganization_showsInTheNextAnswers_ofEveryKeyBelow() {
    StandInTenancy.Branch acme = service.tenancy().branch("renamed");
    String secret = service.create(acme.workspace().getId()).getSecret();
    awaitAllowed(secret);

    service.tenancy().put(acme.organization().setDisplayName("New name").build());

    Conditions.await(
        "the new name",
        () ->
            service
                .authenticate(secret)
                .getAllowed()
                .getContext()
                .getOrganization()
                .getDisplayName()
                .equals("New name"));
  }

  @Test
  void suspension_stopsKeysAtEveryLevelBelow_andLiftsAgain() {
    StandInTenancy.Branch acme = service.tenancy().branch("suspended");
    String secret = service.create(acme.workspace().getId()).getSecret();
    awaitAllowed(secret);

    service.tenancy().put(acme.project().setState(NodeState.NODE_STATE_SUSPENDED).build());
    awaitDenial(secret, DenialReason.DENIAL_REASON_TENANT_SUSPENDED);
    service.tenancy().put(acme.organization().setState(NodeState.NODE_STATE_SUSPENDED).build());
    service.tenancy().put(acme.project().setState(NodeState.NODE_STATE_ACTIVE).build());
    awaitDenial(secret, DenialReason.DENIAL_REASON_TENANT_SUSPENDED);
    service.tenancy().put(acme.organization().setState(NodeState.NODE_STATE_ACTIVE).build());
    awaitAllowed(secret);
  }

  @Test
  void planWithoutApiAccess_stopsKeys_untilTheOrganizationHasAnother() {
    StandInTenancy.Branch acme = service.tenancy().branch("planned");
    String secret = service.create(acme.environment().getId()).getSecret();
    awaitAllowed(secret);

    service.tenancy().put(acme.plan().toBuilder().setApiAccess(false).build());
    awaitDenial(secret, DenialReason.DENIAL_REASON_API_ACCESS_DENIED);

    StandInTenancy.Branch better = service.tenancy().branch("better-plan");
    service.tenancy().put(acme.organization().setPlanId(better.plan().getId()).build());
    awaitAllowed(secret);
  }

  @Test
  void environmentsTime_stopsItsKeys_atOnceAndWithoutAnyChange() {
    StandInTenancy.Branch acme = service.tenancy().branch("branch-42");
    Instant end = service.clock().instant().plusSeconds(500);
    service
        .tenancy()
        .put(
            acme.environment()
                .setExpireTime(Timestamp.newBuilder().setSeconds(end.getEpochSecond()))
                .build());
    String secret = service.create(acme.workspace().getId()).getSecret();
    Conditions.await(
        "the time has arrived",
        () -> {
          service.clock().advance(Duration.ofSeconds(501));
          boolean stopped = service.denial(secret) == DenialReason.DENIAL_REASON_TENANT_DELETED;
          service.clock().advance(Duration.ofSeconds(-501));
          return stopped;
        });
    assertThat(service.authenticate(secret).hasAllowed()).isTrue();
  }

  @Test
  void scopes_allOfAndAnyOf_areChecked() {
    StandInTenancy.Branch acme = service.tenancy().branch("scoped");
    String secret = service.create(acme.project().getId(), "memories:*", "chats:read").getSecret();
    AuthenticateRequest.Builder request =
        AuthenticateRequest.newBuilder().setCredential(secret).addRequiredScopes("memories:write");

    assertThat(service.authentication().authenticate(request.build()).hasAllowed()).isTrue();
    request.addAnyScopes("chats:write").addAnyScopes("chats:read");
    assertThat(service.authentication().authenticate(request.build()).hasAllowed()).isTrue();
    request.clearAnyScopes().addAnyScopes("users:read");
    assertThat(
            service
                .authentication()
                .authenticate(request.build())
                .getDenied()
                .getMissingScopesList())
        .containsExactly("users:read");
  }

  @Test
  void batch_answersEachInItsPlace() {
    StandInTenancy.Branch acme = service.tenancy().branch("batch");
    CreateKeyResponse one = service.create(acme.project().getId());
    CreateKeyResponse two = service.create(acme.workspace().getId());

    AuthenticateBatchResponse answers =
        service
            .authentication()
            .authenticateBatch(
                AuthenticateBatchRequest.newBuilder()
                    .addRequests(AuthenticateRequest.newBuilder().setCredential(two.getSecret()))
                    .addRequests(AuthenticateRequest.newBuilder().setCredential("nonsense"))
                    .addRequests(AuthenticateRequest.newBuilder().setCredential(one.getSecret()))
                    .addRequests(AuthenticateRequest.getDefaultInstance())
                    .build());

    assertThat(answers.getResponses(0).getAllowed().getKey().getId())
        .isEqualTo(two.getKey().getId());
    assertThat(answers.getResponses(1).getDenied().getReason())
        .isEqualTo(DenialReason.DENIAL_REASON_MALFORMED);
    assertThat(answers.getResponses(2).getAllowed().getKey().getId())
        .isEqualTo(one.getKey().getId());
    assertThat(answers.getResponses(3).getDenied().getReason())
        .isEqualTo(DenialReason.DENIAL_REASON_CREDENTIAL_MISSING);
  }

  private static DenialReason from(String secret, String address) {
    return service
        .authentication()
        .authenticate(
            AuthenticateRequest.newBuilder()
                .setCredential(secret)
                .setClientAddress(address)
                .build())
        .getDenied()
        .getReason();
  }

  @Test
  void everyListOfNetworks_fromTheKeyUpward_mustAllowTheClient() {
    StandInTenancy.Branch acme = service.tenancy().branch("networked");
    String secret =
        service
            .keys()
            .createKey(
                CreateKeyRequest.newBuilder()
                    .setNodeId(acme.environment().getId())
                    .setName("office")
                    .addAllowedNetworks("10.0.0.0/8")
                    .addAllowedNetworks("2001:db8::/32")
                    .build())
            .getSecret();

    assertThat(from(secret, "10.9.9.9")).isEqualTo(DenialReason.DENIAL_REASON_UNSPECIFIED);
    assertThat(from(secret, "2001:db8::7")).isEqualTo(DenialReason.DENIAL_REASON_UNSPECIFIED);
    assertThat(from(secret, "192.0.2.1"))
        .isEqualTo(DenialReason.DENIAL_REASON_CLIENT_NETWORK_NOT_ALLOWED);
    assertThat(from(secret, ""))
        .as("an address that is not known")
        .isEqualTo(DenialReason.DENIAL_REASON_CLIENT_NETWORK_NOT_ALLOWED);

    service.tenancy().put(acme.organization().addAllowedNetworks("10.1.0.0/16").build());
    Conditions.await(
        "the organization's list holds",
        () -> from(secret, "10.9.9.9") == DenialReason.DENIAL_REASON_CLIENT_NETWORK_NOT_ALLOWED);
    assertThat(from(secret, "10.1.2.3")).isEqualTo(DenialReason.DENIAL_REASON_UNSPECIFIED);
  }

  @Test
  void aKeyLimitedToResources_opensThoseAndNoOthers() {
    StandInTenancy.Branch acme = service.tenancy().branch("foldered");
    CreateKeyResponse created =
        service
            .keys()
            .createKey(
                CreateKeyRequest.newBuilder()
                    .setNodeId(acme.environment().getId())
                    .setName("contracts only")
                    .addResources("folder:/contracts/**")
                    .build());
    AuthenticateRequest.Builder request =
        AuthenticateRequest.newBuilder().setCredential(created.getSecret());

    assertThat(created.getKey().getResourcesList()).containsExactly("folder:/contracts/**");
    assertThat(
            service
                .authentication()
                .authenticate(request.setResource("folder:/contracts/2026/a.pdf").build())
                .getAllowed()
                .getKey()
                .getResourcesList())
        .containsExactly("folder:/contracts/**");
    assertThat(
            service
                .authentication()
                .authenticate(request.setResource("folder:/invoices/1.pdf").build())
                .getDenied()
                .getReason())
        .isEqualTo(DenialReason.DENIAL_REASON_RESOURCE_NOT_GRANTED);
    assertThat(service.authentication().authenticate(request.clearResource().build()).hasAllowed())
        .as("a request that is not about a resource")
        .isTrue();
  }
}
