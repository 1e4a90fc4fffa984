package dev.latchkey.harness.behaviours;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import com.google.protobuf.FieldMask;
import com.google.rpc.ErrorInfo;
import dev.latchkey.harness.kit.Edge;
import dev.latchkey.harness.kit.EdgeAnswer;
import dev.latchkey.harness.kit.Issued;
import dev.latchkey.harness.kit.KeyText;
import dev.latchkey.harness.kit.OnPlatform;
import dev.latchkey.harness.kit.Refusals;
import dev.latchkey.harness.kit.SecretSearch;
import dev.latchkey.harness.kit.Tenants;
import dev.latchkey.harness.platform.Await;
import dev.latchkey.harness.platform.Clients;
import dev.latchkey.harness.platform.Platform;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.keys.v1.CreateKeyRequest;
import dev.latchkey.proto.keys.v1.GetKeyRequest;
import dev.latchkey.proto.keys.v1.ListKeysRequest;
import dev.latchkey.proto.keys.v1.RotateKeyRequest;
import dev.latchkey.proto.keys.v1.RotateKeyResponse;
import dev.latchkey.proto.tenancy.v1.CreateEnvironmentRequest;
import dev.latchkey.proto.tenancy.v1.DeleteEnvironmentRequest;
import dev.latchkey.proto.tenancy.v1.Environment;
import dev.latchkey.proto.tenancy.v1.KeyFormat;
import dev.latchkey.proto.tenancy.v1.Organization;
import dev.latchkey.proto.tenancy.v1.Project;
import dev.latchkey.proto.tenancy.v1.SuspendEnvironmentRequest;
import dev.latchkey.proto.tenancy.v1.UpdateProjectRequest;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@OnPlatform
@DisplayName("Memic: one key, one environment")
class MemicTest {
  private static final KeyFormat FORMAT = Tenants.format("mk", true, true);

  /** What DESIGN promises for a change that another service made. */
  private static final java.time.Duration BOUND = java.time.Duration.ofSeconds(1);

  private final Platform platform;
  private final Clients operator;
  private final Tenants tenants;
  private final Edge edge;
  private Organization organization = Organization.getDefaultInstance();
  private Project project = Project.getDefaultInstance();

  MemicTest(Platform platform, Clients operator, Tenants tenants, Edge edge) {
    this.platform = platform;
    this.operator = operator;
    this.tenants = tenants;
    this.edge = edge;
  }

  @BeforeEach
  void makeTenant() {
    organization = tenants.organization("Acme Corp");
    project = tenants.project(organization, "Tech companies", FORMAT);
  }

  @Test
  @DisplayName("ME1: X-API-Key: mk_live_… authenticates; a missing or wrong key gets 401")
  void keyAuthenticates_missingOrWrongKeyIsRefused() {
    Issued key = tenants.key(tenants.environment(project, "production").getId());

    assertThat(key.text()).startsWith("mk_live_");
    assertThat(edge.me(key.text()).status()).isEqualTo(200);

    EdgeAnswer missing = edge.get("/api/v1/me");
    assertThat(missing.status()).isEqualTo(401);
    assertThat(missing.text("code")).isEqualTo("missing_api_key");
    assertThat(missing.header("WWW-Authenticate")).isEqualTo("Bearer realm=\"latchkey\"");

    EdgeAnswer wrong = edge.me(KeyText.neverIssued("mk_live_production_"));
    assertThat(wrong.status()).isEqualTo(401);
    assertThat(wrong.text("code")).isEqualTo("invalid_api_key");
    assertThat(wrong.header("WWW-Authenticate")).contains("error=\"invalid_token\"");
  }

  @Test
  @DisplayName("ME2: no path, query or header can name another environment")
  void attemptsToNameAnotherEnvironment_changeNothing() {
    Environment own = tenants.environment(project, "staging");
    Environment other = tenants.environment(project, "production");
    String key = tenants.key(own.getId()).text();
    String plain = edge.get("/api/v1/me", "X-API-Key", key, "X-Request-Id", "same").body();

    for (String name : List.of("environment_id", "environment", "environment_slug", "node_id")) {
      for (String value : List.of(other.getId(), other.getSlug())) {
        EdgeAnswer byQuery =
            edge.get("/api/v1/me?" + name + "=" + value, "X-API-Key", key, "X-Request-Id", "same");
        assertThat(byQuery.body()).as("query %s=%s", name, value).isEqualTo(plain);
        EdgeAnswer byHeader =
            edge.get(
                "/api/v1/me",
                "X-API-Key",
                key,
                "X-Request-Id",
                "same",
                "X-" + name.replace('_', '-'),
                value);
        assertThat(byHeader.body()).as("header X-%s: %s", name, value).isEqualTo(plain);
      }
    }
    EdgeAnswer byPath = edge.get("/api/v1/environments/" + other.getId() + "/me", "X-API-Key", key);
    assertThat(byPath.status()).isEqualTo(404);
    assertThat(edge.me(key).text("environment_id")).isEqualTo(own.getId());
  }

  @Test
  @DisplayName("ME3: GET /api/v1/me answers organization, project and environment of the key")
  void me_tellsTheWholeContext() {
    Environment environment = tenants.environment(project, "production");
    Issued key = tenants.key(environment.getId(), request -> request.setName("Backend"));

    EdgeAnswer me = edge.me(key.text());

    assertThat(me.header("Content-Type")).startsWith("application/json");
    assertThat(me.text("organization_id")).isEqualTo(organization.getId());
    assertThat(me.text("organization_name")).isEqualTo("Acme Corp");
    assertThat(me.text("organization_slug")).isEqualTo(organization.getSlug());
    assertThat(me.text("project_id")).isEqualTo(project.getId());
    assertThat(me.text("project_name")).isEqualTo("Tech companies");
    assertThat(me.text("environment_id")).isEqualTo(environment.getId());
    assertThat(me.text("environment_slug")).isEqualTo("production");
    assertThat(me.json().get("workspace_id").isJsonNull()).isTrue();
    assertThat(me.json().getAsJsonObject("key").get("id").getAsString()).isEqualTo(key.id());
    assertThat(me.json().getAsJsonObject("key").get("name").getAsString()).isEqualTo("Backend");
  }

  @Test
  @DisplayName("ME4: a key limited to some folders: me shows them, a check outside them gets 403")
  void folderAccess_isShownAndChecked() {
    Issued key =
        tenants.key(
            tenants.environment(project, "production").getId(),
            request -> request.addResources("folder:/contracts/**").addResources("folder:/hr/*"));
    Issued unlimited = tenants.key(tenants.environment(project, "staging").getId());

    assertThat(edge.me(key.text()).json().getAsJsonArray("resources").toString())
        .isEqualTo("[\"folder:/contracts/**\",\"folder:/hr/*\"]");
    assertThat(edge.me(unlimited.text()).json().getAsJsonArray("resources")).isEmpty();
    for (String inside : List.of("/contracts/2026/a.pdf", "/contracts/b", "/hr/policy")) {
      assertThat(authorize(key, inside).status()).as(inside).isEqualTo(200);
    }
    for (String outside : List.of("/hr/2026/salaries", "/contracts.pdf", "/", "/finance/q3")) {
      EdgeAnswer refused = authorize(key, outside);
      assertThat(refused.status()).as(outside).isEqualTo(403);
      assertThat(refused.text("code")).as(outside).isEqualTo("resource_not_granted");
      assertThat(authorize(unlimited, outside).status()).as(outside).isEqualTo(200);
    }
  }

  private EdgeAnswer authorize(Issued key, String path) {
    return edge.get("/api/v1/authorize?resource=folder:" + path, "X-API-Key", key.text());
  }

  @Test
  @DisplayName("ME5: the secret is shown once and can be read nowhere afterwards")
  void secret_isNowhereToBeFound() throws SQLException, IOException {
    String name = "planted " + UUID.randomUUID();
    Environment environment = tenants.environment(project, "production");
    Issued key = tenants.key(environment.getId(), request -> request.setName(name));
    assertThat(edge.me(key.text()).status()).isEqualTo(200);
    RotateKeyResponse rotated =
        operator
            .keys()
            .rotateKey(
                RotateKeyRequest.newBuilder()
                    .setId(key.id())
                    .setGracePeriod(Duration.newBuilder().setSeconds(60))
                    .build());
    Issued successor = new Issued(rotated.getKey(), Secret.of(rotated.getSecret()));
    assertThat(edge.me(successor.text()).status()).isEqualTo(200);

    // The search finds what is there …
    SecretSearch search = new SecretSearch(platform);
    assertThat(search.tables(name)).isNotEmpty();
    assertThat(search.files(name)).isNotEmpty();
    search.awaitLogs(planted("mk_live_production_"));
    assertThat(search.metrics("jvm_memory_used_bytes")).hasSize(3);
    // … and of the secrets there is nothing.
    for (Issued issued : List.of(key, successor)) {
      assertThat(issued.randomPart()).hasSize(43);
      assertThat(search.find(issued.text())).isEmpty();
      assertThat(search.find(issued.randomPart())).isEmpty();
    }
    assertThat(
            operator.keys().getKey(GetKeyRequest.newBuilder().setId(key.id()).build()).toString())
        .contains(name)
        .doesNotContain(key.randomPart());
    assertThat(
            operator
                .keys()
                .listKeys(ListKeysRequest.newBuilder().setNodeId(environment.getId()).build())
                .toString())
        .contains(name)
        .doesNotContain(key.randomPart())
        .doesNotContain(successor.randomPart());
    assertThat(edge.me(successor.text()).body())
        .contains(name)
        .doesNotContain(successor.randomPart());
  }

  /** Leaves a mark in the edge's log, and gives it. */
  private String planted(String prefix) {
    String mark = "planted-" + UUID.randomUUID();
    var _ = edge.get("/api/v1/me", "X-API-Key", KeyText.neverIssued(prefix), "X-Request-Id", mark);
    return mark;
  }

  @Test
  @DisplayName("ME6: same URL, same code, another key: another environment, shown in its text")
  void anotherKey_isAnotherEnvironment() {
    Environment staging = tenants.environment(project, "staging");
    Environment production = tenants.environment(project, "prod");
    Issued stagingKey = tenants.key(staging.getId());
    Issued productionKey = tenants.key(production.getId());

    assertThat(stagingKey.text()).startsWith("mk_live_staging_");
    assertThat(productionKey.text()).startsWith("mk_live_prod_");
    assertThat(edge.me(stagingKey.text()).text("environment_slug")).isEqualTo("staging");
    assertThat(edge.me(productionKey.text()).text("environment_slug")).isEqualTo("prod");
  }

  @Test
  @DisplayName("ME7: rotation with an overlap, then the old key stops; no expiry unless asked for")
  void rotation_hasAnOverlap() {
    Issued old = tenants.key(tenants.environment(project, "production").getId());
    assertThat(old.key().hasExpireTime()).isFalse();

    RotateKeyResponse rotated =
        operator
            .keys()
            .rotateKey(
                RotateKeyRequest.newBuilder()
                    .setId(old.id())
                    .setGracePeriod(Duration.newBuilder().setSeconds(2))
                    .build());
    Instant retired = Instant.ofEpochSecond(rotated.getPreviousKey().getRetireTime().getSeconds());

    assertThat(rotated.getKey().hasExpireTime()).isFalse();
    assertThat(edge.me(old.text()).status()).isEqualTo(200);
    assertThat(edge.me(rotated.getSecret()).status()).isEqualTo(200);
    Await.until(
        java.time.Duration.ofSeconds(10),
        () -> edge.me(old.text()).status() == 401,
        () -> "the old key still works");
    assertThat(Instant.now()).isAfterOrEqualTo(retired);
    assertThat(edge.me(rotated.getSecret()).status()).isEqualTo(200);
  }

  @Test
  @DisplayName("ME8: a deleted key: running requests finish, new ones get 401 at once")
  void revokedKey_isRefusedBeforeTheCallReturns_runningRequestsFinish() throws Exception {
    Issued key = tenants.key(tenants.environment(project, "production").getId());
    AtomicInteger good = new AtomicInteger();
    List<Integer> other = new ArrayList<>();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> running = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        running.add(
            clients.submit(
                () -> {
                  int status = 200;
                  while (status == 200) {
                    status = edge.me(key.text()).status();
                    if (status == 200) {
                      good.incrementAndGet();
                    }
                  }
                  return status;
                }));
      }
      Await.until(
          java.time.Duration.ofSeconds(10), () -> good.get() > 100, () -> "no requests run");

      tenants.revoke(key);

      for (int i = 0; i < 20; i++) {
        assertThat(edge.me(key.text()).status()).as("a new request").isEqualTo(401);
      }
      for (Future<Integer> client : running) {
        other.add(client.get());
      }
    }
    // Each request got a whole answer; the first that was not a 200 was the 401.
    assertThat(other).hasSize(8).containsOnly(401);
  }

  @Test
  @DisplayName("ME9: with 20 environments and 20 keys, each key resolves to its own, for all pairs")
  void environmentsIsolate_forAllPairs() {
    int count = 20;
    List<Environment> environments = new ArrayList<>();
    List<Issued> keys = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Environment environment = tenants.environment(project, "customer-" + i);
      environments.add(environment);
      keys.add(tenants.key(environment.getId()));
    }
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < count; j++) {
        // The key of one, asked for the other.
        EdgeAnswer me =
            edge.get(
                "/api/v1/me?environment_id=" + environments.get(j).getId(),
                "X-API-Key",
                keys.get(i).text());
        assertThat(me.status()).isEqualTo(200);
        assertThat(me.text("environment_id").equals(environments.get(j).getId()))
            .as("key %d is for environment %d", i, j)
            .isEqualTo(i == j);
      }
    }
  }

  @Test
  @DisplayName("ME10: a backend provisions an environment and a key, safely repeatable")
  void provisioning_isRepeatable() {
    Issued backend =
        tenants.key(
            project.getId(),
            request ->
                request.addScopes("latchkey.tenancy:write").addScopes("latchkey.keys:write"));
    Clients customer = operator.as(backend.secret());
    CreateEnvironmentRequest environment =
        CreateEnvironmentRequest.newBuilder()
            .setProjectId(project.getId())
            .setSlug("customer-42")
            .setRequestId(UUID.randomUUID().toString())
            .build();

    Environment first = customer.environments().createEnvironment(environment).getEnvironment();
    Environment second = customer.environments().createEnvironment(environment).getEnvironment();
    assertThat(second).isEqualTo(first);

    CreateKeyRequest request =
        CreateKeyRequest.newBuilder()
            .setNodeId(first.getId())
            .setName("customer 42")
            .setRequestId(UUID.randomUUID().toString())
            .build();
    var created = customer.keys().createKey(request);
    ErrorInfo repeated = Refusals.of(() -> customer.keys().createKey(request));
    assertThat(repeated.getReason()).isEqualTo("SECRET_ALREADY_ISSUED");
    assertThat(repeated.getMetadataOrThrow("key_id")).isEqualTo(created.getKey().getId());
    assertThat(
            operator
                .keys()
                .listKeys(ListKeysRequest.newBuilder().setNodeId(first.getId()).build())
                .getKeysList())
        .hasSize(1);
    assertThat(edge.me(created.getSecret()).text("environment_id")).isEqualTo(first.getId());

    ErrorInfo reused =
        Refusals.of(
            () ->
                customer
                    .environments()
                    .createEnvironment(environment.toBuilder().setSlug("customer-43").build()));
    assertThat(reused.getReason()).isEqualTo("REQUEST_ID_REUSED");
  }

  @Test
  @DisplayName("ME11: an environment with a time to live stops its keys when it ends")
  void expiredEnvironment_stopsItsKeys() {
    Instant end = Instant.now().plusSeconds(3);
    Environment branch = tenants.environment(project, "feature-1", end);
    Issued key = tenants.key(branch.getId());

    assertThat(edge.me(key.text()).status()).isEqualTo(200);
    Await.until(
        java.time.Duration.ofSeconds(20),
        () -> edge.me(key.text()).status() == 401,
        () -> "the key still works");
    assertThat(Instant.now()).isAfterOrEqualTo(end).isBefore(end.plus(BOUND));
  }

  @Test
  @DisplayName("ME11: deleting an environment on merge stops its keys within a second")
  void deletedEnvironment_stopsItsKeys() {
    Environment branch = tenants.environment(project, "feature-2");
    Environment main = tenants.environment(project, "main");
    Issued key = tenants.key(branch.getId());
    Issued bystander = tenants.key(main.getId());
    assertThat(edge.me(key.text()).status()).isEqualTo(200);

    var _ =
        operator
            .environments()
            .deleteEnvironment(DeleteEnvironmentRequest.newBuilder().setId(branch.getId()).build());

    Await.until(BOUND, () -> edge.me(key.text()).status() == 401, () -> "the key still works");
    assertThat(edge.me(bystander.text()).status()).isEqualTo(200);
  }

  @Test
  @DisplayName("ME12: organization and project stand above environments and are shared by them")
  void organizationAndProject_areShared() {
    String staging = tenants.key(tenants.environment(project, "staging").getId()).text();
    String production = tenants.key(tenants.environment(project, "production").getId()).text();

    var _ =
        operator
            .projects()
            .updateProject(
                UpdateProjectRequest.newBuilder()
                    .setId(project.getId())
                    .setDisplayName("All companies")
                    .setUpdateMask(FieldMask.newBuilder().addPaths("display_name"))
                    .build());

    for (String key : List.of(staging, production)) {
      Await.until(
          BOUND,
          () -> edge.me(key).text("project_name").equals("All companies"),
          () -> "the new name has not arrived");
      assertThat(edge.me(key).text("project_id")).isEqualTo(project.getId());
      assertThat(edge.me(key).text("organization_id")).isEqualTo(organization.getId());
    }
    assertThat(edge.me(staging).text("environment_id"))
        .isNotEqualTo(edge.me(production).text("environment_id"));
  }

  @Test
  @DisplayName("ME13: errors have one documented format with stable codes")
  void errors_haveOneFormat() {
    Environment environment = tenants.environment(project, "production");
    String key = tenants.key(environment.getId()).text();
    problem(edge.get("/api/v1/me"), 401, "missing_api_key");
    problem(edge.me("nonsense"), 401, "invalid_api_key");
    problem(
        edge.get("/api/v1/me", "X-API-Key", key, "Authorization", "Bearer " + key + "x"),
        400,
        "conflicting_credentials");
    problem(edge.get("/api/v1/me?api_key=" + key), 401, "api_key_in_url");

    var _ =
        operator
            .environments()
            .suspendEnvironment(
                SuspendEnvironmentRequest.newBuilder().setId(environment.getId()).build());
    Await.until(BOUND, () -> edge.me(key).status() == 403, () -> "the key still works");
    problem(edge.me(key), 403, "tenant_suspended");

    ErrorInfo overGrpc =
        Refusals.of(
            () ->
                operator
                    .keys()
                    .getKey(
                        GetKeyRequest.newBuilder().setId(UUID.randomUUID().toString()).build()));
    assertThat(overGrpc.getDomain()).isEqualTo("latchkey.dev");
    assertThat(overGrpc.getReason()).isEqualTo("RESOURCE_NOT_FOUND");
  }

  private static void problem(EdgeAnswer answer, int status, String code) {
    assertThat(answer.status()).as(code).isEqualTo(status);
    assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
    assertThat(answer.json().keySet())
        .contains("type", "title", "status", "detail", "code", "request_id");
    assertThat(answer.json().get("status").getAsInt()).isEqualTo(status);
    assertThat(answer.text("code")).isEqualTo(code);
    assertThat(answer.text("request_id")).isEqualTo(answer.header("X-Request-Id")).isNotEmpty();
  }
}
