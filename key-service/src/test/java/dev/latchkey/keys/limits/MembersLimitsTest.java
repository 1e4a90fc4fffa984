package dev.latchkey.keys.limits;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import com.google.protobuf.FieldMask;
import dev.latchkey.keys.support.Refusals;
import dev.latchkey.keys.support.RunningKeyService;
import dev.latchkey.keys.support.StandInTenancy;
import dev.latchkey.kit.access.Role;
import dev.latchkey.kit.grpc.ServiceCredential;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.errors.v1.ErrorReason;
import dev.latchkey.proto.keys.v1.CreateKeyRequest;
import dev.latchkey.proto.keys.v1.CreditServiceGrpc;
import dev.latchkey.proto.keys.v1.Credits;
import dev.latchkey.proto.keys.v1.GetCreditsRequest;
import dev.latchkey.proto.keys.v1.SetCreditsRequest;
import dev.latchkey.proto.keys.v1.UpdateKeyRequest;
import dev.latchkey.proto.tenancy.v1.RateLimit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What of limits and credits a member's key may set and see. */
final class MembersLimitsTest {
  private static final RateLimit LIMIT =
      RateLimit.newBuilder()
          .setName("data")
          .setAmount(1_000_000)
          .setWindow(Duration.newBuilder().setSeconds(1))
          .build();

  private static RunningKeyService service;
  private static StandInTenancy.Branch acme;
  private static String node;

  @BeforeAll
  static void start() {
    service = new RunningKeyService();
    acme = service.tenancy().branch("acme");
    node = acme.workspace().getId();
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  private static Secret key(Role role) {
    String user = service.member(acme.organization().getId(), node, role);
    return service.memberKey(user, node, "latchkey.keys:read", "latchkey.keys:write");
  }

  private static CreditServiceGrpc.CreditServiceBlockingStub credits(Secret key) {
    return CreditServiceGrpc.newBlockingStub(service.channel())
        .withCallCredentials(ServiceCredential.of(key));
  }

  private static CreateKeyRequest.Builder wanted() {
    return CreateKeyRequest.newBuilder().setNodeId(node).setName("a key");
  }

  private static void assertRoleIsTooLow(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    Refusals.of(call).hasReason(ErrorReason.ERROR_REASON_ROLE_INSUFFICIENT);
  }

  @Test
  void member_setsNoLimitsAndNoCredits_ofTheirOwnKeys() {
    Secret member = key(Role.MEMBER);
    String own = service.keys(member).createKey(wanted().build()).getKey().getId();

    assertRoleIsTooLow(() -> service.keys(member).createKey(wanted().addRateLimits(LIMIT).build()));
    assertRoleIsTooLow(
        () ->
            service
                .keys(member)
                .createKey(wanted().setCredits(Credits.newBuilder().setRemaining(9)).build()));
    assertRoleIsTooLow(
        () ->
            service
                .keys(member)
                .updateKey(
                    UpdateKeyRequest.newBuilder()
                        .setId(own)
                        .addRateLimits(LIMIT)
                        .setUpdateMask(FieldMask.newBuilder().addPaths("rate_limits"))
                        .build()));
    assertRoleIsTooLow(
        () ->
            credits(member)
                .setCredits(
                    SetCreditsRequest.newBuilder()
                        .setKeyId(own)
                        .setCredits(Credits.newBuilder().setRemaining(9))
                        .build()));
  }

  @Test
  void admin_setsThem_andAMemberSeesThoseOfTheirOwnKeysOnly() {
    Secret admin = key(Role.ADMIN);
    Secret member = key(Role.MEMBER);
    String other =
        service
            .keys(admin)
            .createKey(
                wanted()
                    .addRateLimits(LIMIT)
                    .setCredits(Credits.newBuilder().setRemaining(9))
                    .build())
            .getKey()
            .getId();
    String own = service.keys(member).createKey(wanted().build()).getKey().getId();
    var _ =
        credits(admin)
            .setCredits(
                SetCreditsRequest.newBuilder()
                    .setKeyId(own)
                    .setCredits(Credits.newBuilder().setRemaining(3))
                    .build());

    assertThat(
            credits(member)
                .getCredits(GetCreditsRequest.newBuilder().setKeyId(own).build())
                .getCredits()
                .getRemaining())
        .isEqualTo(3);
    Refusals.of(
            () ->
                credits(member).getCredits(GetCreditsRequest.newBuilder().setKeyId(other).build()))
        .hasReason(ErrorReason.ERROR_REASON_RESOURCE_NOT_FOUND);
  }
}
