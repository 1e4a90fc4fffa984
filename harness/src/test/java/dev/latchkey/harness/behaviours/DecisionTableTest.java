package dev.latchkey.harness.behaviours;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.protobuf.Duration;
import dev.latchkey.harness.kit.Edge;
import dev.latchkey.harness.kit.EdgeAnswer;
import dev.latchkey.harness.kit.Issued;
import dev.latchkey.harness.kit.KeyText;
import dev.latchkey.harness.kit.OnPlatform;
import dev.latchkey.harness.kit.Tenants;
import dev.latchkey.harness.platform.Await;
import dev.latchkey.harness.platform.Clients;
import dev.latchkey.proto.access.v1.Role;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.Credits;
import dev.latchkey.proto.keys.v1.DenialReason;
import dev.latchkey.proto.keys.v1.DisableKeyRequest;
import dev.latchkey.proto.tenancy.v1.DeleteEnvironmentRequest;
import dev.latchkey.proto.tenancy.v1.DeleteUserRequest;
import dev.latchkey.proto.tenancy.v1.Environment;
import dev.latchkey.proto.tenancy.v1.Organization;
import dev.latchkey.proto.tenancy.v1.Project;
import dev.latchkey.proto.tenancy.v1.RateLimit;
import dev.latchkey.proto.tenancy.v1.SuspendProjectRequest;
import dev.latchkey.proto.tenancy.v1.User;
import java.time.Instant;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The error table, row by row: one real key for each reason, asked over gRPC and over HTTP. */
@OnPlatform
@DisplayName("Every decision, over gRPC and over HTTP")
class DecisionTableTest {
  private static final String REALM = "Bearer realm=\"latchkey\"";
  private static final java.time.Duration LIMIT = java.time.Duration.ofSeconds(10);

  private final Clients operator;
  private final Tenants tenants;
  private final Edge edge;

  DecisionTableTest(Clients operator, Tenants tenants, Edge edge) {
    this.operator = operator;
    this.tenants = tenants;
    this.edge = edge;
  }

  /**
   * What a case is asked with, and what the edge must answer.
   *
   * @param question added to the question over gRPC
   * @param query the same in the query of {@code /api/v1/authorize}
   */
  private record Case(
      String credential,
      UnaryOperator<AuthenticateRequest.Builder> question,
      String query,
      int status,
      String code,
      String challenge) {}

  @Test
  @DisplayName("ME13: every reason has its gRPC answer, HTTP status, headers and body")
  void everyReason_hasItsAnswer() {
    Map<DenialReason, Case> cases = cases();
    assertThat(cases.keySet())
        .as("every reason there is")
        .containsExactlyInAnyOrderElementsOf(reasons());
    Set<String> unauthorized = new LinkedHashSet<>();

    cases.forEach(
        (reason, expected) -> {
          Await.until(
              LIMIT,
              () -> ask(expected).getDenied().getReason() == reason,
              () -> "%s, not %s".formatted(ask(expected), reason));
          EdgeAnswer answer = askEdge(expected);

          assertThat(answer.status()).as(reason + " " + answer.body()).isEqualTo(expected.status());
          JsonObject body = answer.json();
          assertThat(answer.text("code")).as(reason.name()).isEqualTo(expected.code());
          assertThat(body.get("status").getAsInt()).isEqualTo(expected.status());
          assertThat(body.get("type").getAsString()).endsWith("/" + expected.code());
          assertThat(answer.text("request_id")).isEqualTo(answer.header("X-Request-Id"));
          assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
          assertThat(answer.header("WWW-Authenticate"))
              .as(reason.name())
              .isEqualTo(expected.challenge());
          assertThat(answer.header("Retry-After").isEmpty())
              .as("%s: Retry-After", reason)
              .isEqualTo(reason != DenialReason.DENIAL_REASON_RATE_LIMITED);
          assertThat(answer.header("RateLimit").isEmpty())
              .as("%s: RateLimit", reason)
              .isEqualTo(expected.status() != 429);
          if (expected.code().equals("invalid_api_key")) {
            assertThat(answer.text("detail")).isEqualTo("Invalid API key");
            body.remove("request_id");
            unauthorized.add(body + " " + answer.header("WWW-Authenticate"));
          }
        });
    assertThat(unauthorized).as("bad keys look alike").hasSize(1);
  }

  private static Set<DenialReason> reasons() {
    Set<DenialReason> reasons = EnumSet.allOf(DenialReason.class);
    reasons.remove(DenialReason.UNRECOGNIZED);
    reasons.remove(DenialReason.DENIAL_REASON_UNSPECIFIED);
    return reasons;
  }

  private Map<DenialReason, Case> cases() {
    Map<DenialReason, Case> cases = new EnumMap<>(DenialReason.class);
    Organization organization = tenants.organization("Decided");
    Project project = tenants.project(organization, "Decided", Tenants.format("mk", true, false));
    String node = project.getId();

    cases.put(
        DenialReason.DENIAL_REASON_CREDENTIAL_MISSING,
        new Case("", request -> request, "", 401, "missing_api_key", REALM));
    // Too short for a key of another system: this deployment may have imported some.
    cases.put(DenialReason.DENIAL_REASON_MALFORMED, invalid("mk_liv"));
    cases.put(DenialReason.DENIAL_REASON_UNKNOWN, invalid(KeyText.neverIssued("mk_live_")));
    Issued revoked = tenants.key(node);
    tenants.revoke(revoked);
    cases.put(DenialReason.DENIAL_REASON_REVOKED, invalid(revoked.text()));
    Instant soon = Instant.now().plusSeconds(2);
    cases.put(
        DenialReason.DENIAL_REASON_EXPIRED,
        invalid(tenants.key(node, key -> key.setExpireTime(Tenants.timestamp(soon))).text()));
    Instant later = Instant.now().plusSeconds(3_600);
    cases.put(
        DenialReason.DENIAL_REASON_NOT_YET_VALID,
        invalid(tenants.key(node, key -> key.setNotBefore(Tenants.timestamp(later))).text()));
    Issued disabled = tenants.key(node);
    var _ = operator.keys().disableKey(DisableKeyRequest.newBuilder().setId(disabled.id()).build());
    cases.put(DenialReason.DENIAL_REASON_DISABLED, invalid(disabled.text()));
    cases.put(DenialReason.DENIAL_REASON_TENANT_DELETED, invalid(orphan(project).text()));
    cases.put(DenialReason.DENIAL_REASON_OWNER_INACTIVE, invalid(abandoned(organization).text()));
    cases.put(
        DenialReason.DENIAL_REASON_TENANT_SUSPENDED,
        forbidden(suspended(organization).text(), "tenant_suspended"));
    cases.put(
        DenialReason.DENIAL_REASON_API_ACCESS_DENIED,
        forbidden(withoutAccess().text(), "api_access_denied"));
    cases.put(
        DenialReason.DENIAL_REASON_CLIENT_NETWORK_NOT_ALLOWED,
        forbidden(
            tenants.key(node, key -> key.addAllowedNetworks("192.0.2.0/24")).text(),
            "client_network_not_allowed"));
    cases.put(
        DenialReason.DENIAL_REASON_INSUFFICIENT_SCOPE,
        new Case(
            tenants.key(node, key -> key.addScopes("notes:read")).text(),
            request -> request.addRequiredScopes("notes:write"),
            "?scope=notes:write",
            403,
            "insufficient_scope",
            REALM + ", error=\"insufficient_scope\", scope=\"notes:write\""));
    cases.put(
        DenialReason.DENIAL_REASON_RESOURCE_NOT_GRANTED,
        new Case(
            tenants.key(node, key -> key.addResources("folder:/a/**")).text(),
            request -> request.setResource("folder:/b"),
            "?resource=folder:/b",
            403,
            "resource_not_granted",
            ""));
    cases.put(
        DenialReason.DENIAL_REASON_RATE_LIMITED, exhausted(limited(node).text(), "rate_limited"));
    cases.put(
        DenialReason.DENIAL_REASON_QUOTA_EXHAUSTED,
        exhausted(
            tenants.key(node, key -> key.setCredits(Credits.newBuilder().setRemaining(0))).text(),
            "quota_exhausted"));
    return cases;
  }

  private Issued orphan(Project project) {
    Environment environment = tenants.environment(project, "deleted");
    Issued key = tenants.key(environment.getId());
    var _ =
        operator
            .environments()
            .deleteEnvironment(
                DeleteEnvironmentRequest.newBuilder().setId(environment.getId()).build());
    return key;
  }

  private Issued abandoned(Organization organization) {
    User user = tenants.member(organization, "gone", Role.ROLE_MEMBER, organization.getId());
    Issued key = tenants.key(organization.getId(), request -> request.setOwnerUserId(user.getId()));
    var _ = operator.users().deleteUser(DeleteUserRequest.newBuilder().setId(user.getId()).build());
    return key;
  }

  private Issued suspended(Organization organization) {
    Project project = tenants.project(organization, "Suspended", Tenants.format("mk", true, false));
    Issued key = tenants.key(project.getId());
    var _ =
        operator
            .projects()
            .suspendProject(SuspendProjectRequest.newBuilder().setId(project.getId()).build());
    return key;
  }

  private Issued withoutAccess() {
    Organization organization = tenants.organization("Without access");
    tenants.move(organization, tenants.plan(plan -> plan.setApiAccess(false)));
    return tenants.key(organization.getId());
  }

  private Issued limited(String node) {
    Issued key =
        tenants.key(
            node,
            request ->
                request.addRateLimits(
                    RateLimit.newBuilder()
                        .setName("data")
                        .setAmount(1)
                        .setWindow(Duration.newBuilder().setSeconds(3_600))));
    assertThat(edge.me(key.text()).status()).isEqualTo(200);
    return key;
  }

  private static Case invalid(String credential) {
    return new Case(
        credential,
        request -> request,
        "",
        401,
        "invalid_api_key",
        REALM + ", error=\"invalid_token\"");
  }

  private static Case forbidden(String credential, String code) {
    return new Case(credential, request -> request, "", 403, code, "");
  }

  private static Case exhausted(String credential, String code) {
    return new Case(credential, request -> request, "", 429, code, "");
  }

  private AuthenticateResponse ask(Case expected) {
    return operator
        .authentication()
        .authenticate(
            expected
                .question()
                .apply(AuthenticateRequest.newBuilder().setCredential(expected.credential()))
                .build());
  }

  private EdgeAnswer askEdge(Case expected) {
    String path = "/api/v1/authorize" + expected.query();
    return expected.credential().isEmpty()
        ? edge.get(path)
        : edge.get(path, "X-API-Key", expected.credential());
  }
}
