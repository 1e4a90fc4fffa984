package dev.latchkey.harness.behaviours;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import com.google.protobuf.FieldMask;
import dev.latchkey.harness.kit.Edge;
import dev.latchkey.harness.kit.EdgeAnswer;
import dev.latchkey.harness.kit.Issued;
import dev.latchkey.harness.kit.OnPlatform;
import dev.latchkey.harness.kit.Refusals;
import dev.latchkey.harness.kit.SecretSearch;
import dev.latchkey.harness.kit.Tenants;
import dev.latchkey.harness.platform.Clients;
import dev.latchkey.harness.platform.Platform;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.DenialReason;
import dev.latchkey.proto.keys.v1.EnableKeyRequest;
import dev.latchkey.proto.keys.v1.GetKeyRequest;
import dev.latchkey.proto.keys.v1.Key;
import dev.latchkey.proto.keys.v1.KeyState;
import dev.latchkey.proto.keys.v1.RotateKeyRequest;
import dev.latchkey.proto.keys.v1.UpdateKeyRequest;
import dev.latchkey.proto.tenancy.v1.Environment;
import dev.latchkey.proto.tenancy.v1.Project;
import dev.latchkey.proto.tenancy.v1.RateLimit;
import dev.latchkey.proto.tenancy.v1.Workspace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@OnPlatform
@DisplayName("Memo AI: workspace keys")
class MemoAiTest {
  private final Platform platform;
  private final Clients operator;
  private final Tenants tenants;
  private final Edge edge;
  private Workspace workspace = Workspace.getDefaultInstance();

  MemoAiTest(Platform platform, Clients operator, Tenants tenants, Edge edge) {
    this.platform = platform;
    this.operator = operator;
    this.tenants = tenants;
    this.edge = edge;
  }

  @BeforeEach
  void makeTenant() {
    Project project =
        tenants.project(
            tenants.organization("Memo AI"), "Transcription", Tenants.format("mk", true, false));
    Environment environment = tenants.environment(project, "production");
    workspace = tenants.workspace(environment, "editors");
  }

  @Test
  @DisplayName("MA1: Authorization: Bearer mk_live_…")
  void bearerKey_authenticates() {
    Issued key = tenants.key(workspace.getId());

    EdgeAnswer me = edge.get("/api/v1/me", "Authorization", "Bearer " + key.text());

    assertThat(key.text()).matches("mk_live_[0-9A-Za-z]{49}");
    assertThat(me.status()).isEqualTo(200);
    assertThat(me.text("workspace_id")).isEqualTo(workspace.getId());
    assertThat(me.text("workspace_slug")).isEqualTo("editors");
  }

  @Test
  @DisplayName("MA2: only the last characters are kept; the key is stored as SHA-256")
  void onlyHashAndLastCharacters_areStored()
      throws SQLException, IOException, NoSuchAlgorithmException {
    Issued issued = tenants.key(workspace.getId());
    String hash =
        HexFormat.of()
            .formatHex(
                MessageDigest.getInstance("SHA-256")
                    .digest(issued.text().getBytes(StandardCharsets.US_ASCII)));

    Key read =
        operator.keys().getKey(GetKeyRequest.newBuilder().setId(issued.id()).build()).getKey();
    SecretSearch search = new SecretSearch(platform);

    assertThat(read.getLastCharacters())
        .isEqualTo(issued.text().substring(issued.text().length() - 4));
    assertThat(read.getPrefix()).isEqualTo("mk_live_");
    assertThat(search.tables(hash)).as("rows with the SHA-256 of the text").isNotEmpty();
    // All that is kept of the text is its end: one character more is nowhere.
    assertThat(search.tables(issued.text().substring(issued.text().length() - 8))).isEmpty();
    assertThat(search.find(issued.text())).isEmpty();
  }

  @Test
  @DisplayName("MA3: from the instant of its expiry on a key is refused, though cached")
  void expiredKey_isRefusedFromTheInstantOn() {
    Instant expiry = Instant.now().plusSeconds(3).truncatedTo(ChronoUnit.MILLIS);
    Issued key =
        tenants.key(workspace.getId(), request -> request.setExpireTime(Tenants.timestamp(expiry)));
    AuthenticateRequest request =
        AuthenticateRequest.newBuilder().setCredential(key.text()).build();

    int allowed = 0;
    int denied = 0;
    // Asks without a pause, so that every cache has the key, until well after.
    while (Instant.now().isBefore(expiry.plusSeconds(1))) {
      Instant asked = Instant.now();
      AuthenticateResponse answer = operator.authentication().authenticate(request);
      Instant answered = Instant.now();
      if (answered.isBefore(expiry)) {
        assertThat(answer.hasAllowed()).as("asked %s, expiry %s", asked, expiry).isTrue();
        allowed++;
      } else if (!asked.isBefore(expiry)) {
        assertThat(answer.getDenied().getReason())
            .as("asked %s, expiry %s", asked, expiry)
            .isEqualTo(DenialReason.DENIAL_REASON_EXPIRED);
        denied++;
      }
    }
    assertThat(allowed).isGreaterThan(100);
    assertThat(denied).isGreaterThan(100);
    assertThat(edge.me(key.text()).status()).isEqualTo(401);
  }

  @Test
  @DisplayName("MA5: a key in the URL is refused with 401, also beside a header; no log has it")
  void keyInUrl_isRefusedAndNeverLogged() throws SQLException, IOException {
    Issued key = tenants.key(workspace.getId());
    String mark = "planted-" + UUID.randomUUID();

    for (String name : List.of("api_key", "apikey", "key", "token", "access_token", "q")) {
      EdgeAnswer alone = edge.get("/api/v1/me?" + name + "=" + key.text(), "X-Request-Id", mark);
      assertThat(alone.status()).as(name).isEqualTo(401);
      assertThat(alone.text("code")).as(name).isEqualTo("api_key_in_url");
      EdgeAnswer besideHeader =
          edge.get(
              "/api/v1/me?x=1&" + name + "=" + key.text(), "Authorization", "Bearer " + key.text());
      assertThat(besideHeader.status()).as(name).isEqualTo(401);
      assertThat(besideHeader.body()).doesNotContain(key.randomPart());
    }
    EdgeAnswer inPath = edge.get("/api/v1/" + key.text(), "Authorization", "Bearer " + key.text());
    assertThat(inPath.status()).isIn(401, 404);
    assertThat(inPath.body()).doesNotContain(key.randomPart());
    assertThat(edge.me(key.text()).status()).isEqualTo(200);

    String last = "planted-" + UUID.randomUUID();
    var _ = edge.get("/api/v1/me", "X-Request-Id", last);
    SecretSearch search = new SecretSearch(platform);
    search.awaitLogs(last);
    assertThat(search.logs(mark)).as("the requests are logged").isNotEmpty();
    assertThat(search.find(key.text())).isEmpty();
    assertThat(search.find(key.randomPart())).isEmpty();
  }

  @Test
  @DisplayName("MA10: revoking is immediate and final")
  void revokedKey_staysRevoked() {
    Issued key = tenants.key(workspace.getId());
    assertThat(edge.me(key.text()).status()).isEqualTo(200);

    tenants.revoke(key);

    assertThat(edge.me(key.text()).status()).isEqualTo(401);
    EnableKeyRequest enable = EnableKeyRequest.newBuilder().setId(key.id()).build();
    assertThat(Refusals.of(() -> operator.keys().enableKey(enable)).getReason())
        .isEqualTo("KEY_REVOKED");
    UpdateKeyRequest update =
        UpdateKeyRequest.newBuilder()
            .setId(key.id())
            .setName("back again")
            .setUpdateMask(FieldMask.newBuilder().addPaths("name"))
            .build();
    assertThat(Refusals.of(() -> operator.keys().updateKey(update)).getReason())
        .isEqualTo("KEY_REVOKED");
    RotateKeyRequest rotate = RotateKeyRequest.newBuilder().setId(key.id()).build();
    assertThat(Refusals.of(() -> operator.keys().rotateKey(rotate)).getReason())
        .isEqualTo("KEY_REVOKED");
    assertThat(
            operator
                .keys()
                .getKey(GetKeyRequest.newBuilder().setId(key.id()).build())
                .getKey()
                .getState())
        .isEqualTo(KeyState.KEY_STATE_REVOKED);
    assertThat(edge.me(key.text()).status()).isEqualTo(401);
    assertThat(edge.me(tenants.key(workspace.getId()).text()).status()).isEqualTo(200);
  }

  /** The MCP server is a service of its own: it asks over gRPC, with its own key. */
  @Test
  @DisplayName("MA11: one key works for the REST API and for an MCP server")
  void oneKey_worksForRestAndForAnMcpServer() {
    Issued key =
        tenants.key(
            workspace.getId(),
            request ->
                request.addRateLimits(
                    RateLimit.newBuilder()
                        .setName("data")
                        .setAmount(2)
                        .setWindow(Duration.newBuilder().setSeconds(3_600))));
    Issued own =
        tenants.key(workspace.getId(), request -> request.addScopes("latchkey.keys:authenticate"));
    Clients mcpServer = operator.as(own.secret());
    AuthenticateRequest asked = AuthenticateRequest.newBuilder().setCredential(key.text()).build();

    EdgeAnswer overRest = edge.me(key.text());
    AuthenticateResponse overMcp = mcpServer.authentication().authenticate(asked);

    assertThat(overRest.status()).isEqualTo(200);
    assertThat(overRest.body()).contains("\"id\":\"" + key.id() + "\"");
    assertThat(overMcp.getAllowed().getKey().getId()).isEqualTo(key.id());
    assertThat(overMcp.getAllowed().getContext().getWorkspace().getId())
        .isEqualTo(overRest.text("workspace_id"))
        .isEqualTo(workspace.getId());
    // Both drew from the one limit.
    assertThat(edge.me(key.text()).status()).isEqualTo(429);
    assertThat(mcpServer.authentication().authenticate(asked).getDenied().getReason())
        .isEqualTo(DenialReason.DENIAL_REASON_RATE_LIMITED);

    tenants.revoke(key);

    assertThat(edge.me(key.text()).status()).isEqualTo(401);
    assertThat(mcpServer.authentication().authenticate(asked).getDenied().getReason())
        .isEqualTo(DenialReason.DENIAL_REASON_REVOKED);
  }
}
