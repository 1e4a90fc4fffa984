package dev.latchkey.harness.behaviours;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.harness.kit.Issued;
import dev.latchkey.harness.kit.KeyText;
import dev.latchkey.harness.kit.OnPlatform;
import dev.latchkey.harness.kit.RawHttp;
import dev.latchkey.harness.kit.Tenants;
import dev.latchkey.harness.platform.Await;
import dev.latchkey.harness.platform.Clients;
import dev.latchkey.harness.platform.Platform;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.DenialReason;
import dev.latchkey.proto.keys.v1.DisableKeyRequest;
import dev.latchkey.proto.tenancy.v1.DeleteEnvironmentRequest;
import dev.latchkey.proto.tenancy.v1.Environment;
import dev.latchkey.proto.tenancy.v1.Project;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@OnPlatform
@DisplayName("What the outside learns from a refusal")
class UniformRefusalTest {
  private final Platform platform;
  private final Clients operator;
  private final Tenants tenants;

  UniformRefusalTest(Platform platform, Clients operator, Tenants tenants) {
    this.platform = platform;
    this.operator = operator;
    this.tenants = tenants;
  }

  @Test
  @DisplayName("ME1: every way a key can be bad gives the same bytes, but for the request id")
  void everyBadKey_givesTheSameBytes() throws IOException {
    Map<DenialReason, String> texts = badKeys();

    Set<String> answers = new LinkedHashSet<>();
    for (var bad : texts.entrySet()) {
      // To a trusted caller the reason is told …
      assertThat(reason(bad.getValue())).isEqualTo(bad.getKey());
      // … to the outside it is not.
      String answer = RawHttp.get(platform.edgeUrl(), "/api/v1/me", "X-API-Key: " + bad.getValue());
      assertThat(answer).startsWith("HTTP/1.1 401 ");
      answers.add(withoutWhatMayDiffer(answer));
    }
    assertThat(answers).hasSize(1);
    assertThat(answers.iterator().next()).contains("\"detail\":\"Invalid API key\"");
  }

  private Map<DenialReason, String> badKeys() {
    Project project =
        tenants.project(
            tenants.organization("Refused"), "Refused", Tenants.format("mk", true, false));
    Environment deleted = tenants.environment(project, "deleted");
    Map<DenialReason, String> texts = new EnumMap<>(DenialReason.class);
    // Too short for a key of another system: this deployment may have imported some.
    texts.put(DenialReason.DENIAL_REASON_MALFORMED, "mk_liv");
    texts.put(DenialReason.DENIAL_REASON_UNKNOWN, KeyText.neverIssued("mk_live_"));

    Issued revoked = tenants.key(project.getId());
    tenants.revoke(revoked);
    texts.put(DenialReason.DENIAL_REASON_REVOKED, revoked.text());

    Issued disabled = tenants.key(project.getId());
    var _ = operator.keys().disableKey(DisableKeyRequest.newBuilder().setId(disabled.id()).build());
    texts.put(DenialReason.DENIAL_REASON_DISABLED, disabled.text());

    Instant soon = Instant.now().plusSeconds(2);
    Issued expired =
        tenants.key(project.getId(), request -> request.setExpireTime(Tenants.timestamp(soon)));
    texts.put(DenialReason.DENIAL_REASON_EXPIRED, expired.text());

    Instant later = Instant.now().plusSeconds(3_600);
    Issued pending =
        tenants.key(project.getId(), request -> request.setNotBefore(Tenants.timestamp(later)));
    texts.put(DenialReason.DENIAL_REASON_NOT_YET_VALID, pending.text());

    Issued orphan = tenants.key(deleted.getId());
    var gone =
        operator
            .environments()
            .deleteEnvironment(
                DeleteEnvironmentRequest.newBuilder().setId(deleted.getId()).build());
    texts.put(DenialReason.DENIAL_REASON_TENANT_DELETED, orphan.text());
    assertThat(gone.getEnvironment().hasDeleteTime()).isTrue();

    Await.until(
        Duration.ofSeconds(10),
        () ->
            reason(expired.text()) == DenialReason.DENIAL_REASON_EXPIRED
                && reason(orphan.text()) == DenialReason.DENIAL_REASON_TENANT_DELETED,
        () -> "the keys have not gone bad");
    return texts;
  }

  private DenialReason reason(String credential) {
    return operator
        .authentication()
        .authenticate(AuthenticateRequest.newBuilder().setCredential(credential).build())
        .getDenied()
        .getReason();
  }

  private static String withoutWhatMayDiffer(String answer) {
    return answer
        .replaceAll("(?im)^(x-request-id|date|traceparent): .*$", "$1: …")
        .replaceAll("\"request_id\":\"[^\"]*\"", "\"request_id\":\"…\"");
  }
}
