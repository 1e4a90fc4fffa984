package dev.latchkey.harness.behaviours;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.latchkey.harness.kit.Edge;
import dev.latchkey.harness.kit.EdgeAnswer;
import dev.latchkey.harness.kit.Issued;
import dev.latchkey.harness.kit.OnPlatform;
import dev.latchkey.harness.kit.Tenants;
import dev.latchkey.proto.tenancy.v1.Environment;
import dev.latchkey.proto.tenancy.v1.Project;
import dev.latchkey.proto.tenancy.v1.Workspace;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@OnPlatform
@DisplayName("Memo AI: keys are managed through the API itself")
class ManagementOverRestTest {
  private static final String KEYS = "/api/v1/keys";

  private final Tenants tenants;
  private final Edge edge;
  private Workspace workspace = Workspace.getDefaultInstance();
  private Workspace neighbour = Workspace.getDefaultInstance();
  private String[] manager = {};

  ManagementOverRestTest(Tenants tenants, Edge edge) {
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
    neighbour = tenants.workspace(environment, "translators");
    Issued key =
        tenants.key(
            workspace.getId(),
            request ->
                request
                    .addScopes("latchkey.keys:read")
                    .addScopes("latchkey.keys:write")
                    .addScopes("notes:read"));
    manager = new String[] {"Authorization", "Bearer " + key.text()};
  }

  @Test
  @DisplayName("MA12: keys are created, listed, updated and revoked through the API, with a key")
  void keys_areManagedThroughTheApi() {
    EdgeAnswer created = create(workspace.getId());
    assertThat(created.status()).as(created.body()).isEqualTo(201);
    assertThat(created.header("Cache-Control")).isEqualTo("no-store");
    String secret = created.text("secret");
    JsonObject key = created.json().getAsJsonObject("key");
    String path = KEYS + "/" + key.get("id").getAsString();
    assertThat(created.header("Location")).isEqualTo(path);
    assertThat(edge.me(secret).text("workspace_id")).isEqualTo(workspace.getId());

    EdgeAnswer listed = edge.get(KEYS + "?name_contains=over%20rest&page_size=10", manager);
    assertThat(listed.status()).as(listed.body()).isEqualTo(200);
    assertThat(listed.json().getAsJsonArray("keys")).hasSize(1);
    assertThat(listed.body()).contains(key.get("id").getAsString()).doesNotContain(secret);

    EdgeAnswer read = edge.get(path, manager);
    EdgeAnswer updated =
        edge.send("PATCH", path, "{\"name\":\"renamed\"}", with("If-Match", read.header("ETag")));
    assertThat(updated.status()).as(updated.body()).isEqualTo(200);
    assertThat(updated.json().getAsJsonObject("key").get("name").getAsString())
        .isEqualTo("renamed");
    EdgeAnswer late =
        edge.send("PATCH", path, "{\"name\":\"late\"}", with("If-Match", read.header("ETag")));
    assertThat(late.status()).isEqualTo(412);
    assertThat(late.text("code")).isEqualTo("etag_mismatch");

    assertThat(edge.send("DELETE", path, "", manager).status()).isEqualTo(200);
    assertThat(edge.me(secret).status()).isEqualTo(401);
    EdgeAnswer revoked = edge.send("PATCH", path, "{\"name\":\"x\"}", manager);
    assertThat(revoked.status()).isEqualTo(409);
    assertThat(revoked.text("code")).isEqualTo("key_revoked");
  }

  @Test
  @DisplayName("MA12: a repeat with the same Idempotency-Key makes no second key")
  void repeat_makesNoSecondKey() {
    String once = UUID.randomUUID().toString();

    EdgeAnswer first = create(workspace.getId(), "Idempotency-Key", once);
    EdgeAnswer second = create(workspace.getId(), "Idempotency-Key", once);

    assertThat(first.status()).as(first.body()).isEqualTo(201);
    assertThat(second.status()).isEqualTo(409);
    assertThat(second.text("code")).isEqualTo("secret_already_issued");
    assertThat(second.json().getAsJsonObject("metadata").get("key_id"))
        .isEqualTo(first.json().getAsJsonObject("key").get("id"));
  }

  @Test
  @DisplayName("MA12: what the key may not see or grant is refused")
  void beyondTheKeysReach_isRefused() {
    EdgeAnswer elsewhere = create(neighbour.getId());
    assertThat(elsewhere.status()).as(elsewhere.body()).isEqualTo(404);
    assertThat(elsewhere.text("code")).isEqualTo("resource_not_found");

    EdgeAnswer more =
        edge.post(
            KEYS,
            "{\"node_id\":\"%s\",\"name\":\"more\",\"scopes\":[\"notes:write\"]}"
                .formatted(workspace.getId()),
            manager);
    assertThat(more.status()).as(more.body()).isEqualTo(403);
    assertThat(more.text("code")).isEqualTo("scope_not_held");

    EdgeAnswer tenancy = edge.get("/api/v1/organizations", manager);
    assertThat(tenancy.status()).isEqualTo(403);
    assertThat(tenancy.text("code")).isEqualTo("insufficient_scope");
  }

  private EdgeAnswer create(String node, String... more) {
    return edge.post(
        KEYS,
        "{\"node_id\":\"%s\",\"name\":\"made over REST\",\"scopes\":[\"notes:read\"]}"
            .formatted(node),
        more.length == 0 ? manager : with(more));
  }

  private String[] with(String... more) {
    String[] headers = java.util.Arrays.copyOf(manager, manager.length + more.length);
    System.arraycopy(more, 0, headers, manager.length, more.length);
    return headers;
  }
}
