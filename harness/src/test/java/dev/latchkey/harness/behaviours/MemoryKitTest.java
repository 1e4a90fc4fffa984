package dev.latchkey.harness.behaviours;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.harness.kit.Edge;
import dev.latchkey.harness.kit.EdgeAnswer;
import dev.latchkey.harness.kit.Issued;
import dev.latchkey.harness.kit.OnPlatform;
import dev.latchkey.harness.kit.Refusals;
import dev.latchkey.harness.kit.Tenants;
import dev.latchkey.harness.platform.Clients;
import dev.latchkey.proto.keys.v1.CreateKeyRequest;
import dev.latchkey.proto.keys.v1.Key;
import dev.latchkey.proto.keys.v1.ListKeysRequest;
import dev.latchkey.proto.tenancy.v1.Environment;
import dev.latchkey.proto.tenancy.v1.Organization;
import dev.latchkey.proto.tenancy.v1.Project;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@OnPlatform
@DisplayName("MemoryKit: project keys with scopes")
class MemoryKitTest {
  private final Clients operator;
  private final Tenants tenants;
  private final Edge edge;
  private Organization organization = Organization.getDefaultInstance();
  private Project project = Project.getDefaultInstance();

  MemoryKitTest(Clients operator, Tenants tenants, Edge edge) {
    this.operator = operator;
    this.tenants = tenants;
    this.edge = edge;
  }

  @BeforeEach
  void makeTenant() {
    organization = tenants.organization("MemoryKit");
    project = tenants.project(organization, "Support", Tenants.format("ctx", false, false));
  }

  @Test
  @DisplayName("MK1: Authorization: Bearer ctx_…; the key belongs to exactly one project")
  void bearerKey_belongsToOneProject() {
    Project sibling = tenants.project(organization, "Sales", Tenants.format("ctx", false, false));
    Issued key = tenants.key(project.getId());
    Issued siblingKey = tenants.key(sibling.getId());

    assertThat(key.text()).matches("ctx_[0-9A-Za-z]{49}");
    for (String scheme : List.of("Bearer", "bearer", "BEARER")) {
      EdgeAnswer me = edge.get("/api/v1/me", "Authorization", scheme + " " + key.text());
      assertThat(me.status()).as(scheme).isEqualTo(200);
      assertThat(me.text("project_id")).isEqualTo(project.getId());
      assertThat(me.text("organization_id")).isEqualTo(organization.getId());
      assertThat(me.json().get("environment_id").isJsonNull()).isTrue();
    }
    assertThat(
            edge.get("/api/v1/me", "Authorization", "Bearer " + siblingKey.text())
                .text("project_id"))
        .isEqualTo(sibling.getId());
  }

  @Test
  @DisplayName("MK2: a key has a name, a project and scopes; the list shows each with its scopes")
  void list_showsEveryKeyWithItsScopes() {
    Issued backend =
        tenants.key(
            project.getId(),
            request ->
                request
                    .setName("Production Backend")
                    .addScopes("memories:write")
                    .addScopes("memories:read"));
    Issued search =
        tenants.key(
            project.getId(), request -> request.setName("Search").addScopes("memories:read"));

    List<Key> listed =
        operator
            .keys()
            .listKeys(ListKeysRequest.newBuilder().setNodeId(project.getId()).build())
            .getKeysList();

    // Newest first.
    assertThat(listed).extracting(Key::getId).containsExactly(search.id(), backend.id());
    assertThat(listed).extracting(Key::getName).containsExactly("Search", "Production Backend");
    assertThat(listed.getFirst().getScopesList()).containsExactly("memories:read");
    assertThat(listed.getLast().getScopesList()).containsExactly("memories:read", "memories:write");
    assertThat(edge.me(search.text()).json().getAsJsonArray("scopes").toString())
        .isEqualTo("[\"memories:read\"]");
    assertThat(
            Refusals.fields(
                () ->
                    operator
                        .keys()
                        .createKey(CreateKeyRequest.newBuilder().addScopes("not a scope").build())))
        .anyMatch(field -> field.equals("node_id"))
        .anyMatch(field -> field.equals("name"))
        .anyMatch(field -> field.startsWith("scopes"));
  }

  @Test
  @DisplayName("MK5: keys of single environments beside project keys")
  void environmentKeys_besideProjectKeys() {
    Environment development = tenants.environment(project, "development");
    Environment production = tenants.environment(project, "production");
    Issued ofProject = tenants.key(project.getId());
    Issued ofDevelopment = tenants.key(development.getId());
    Issued ofProduction = tenants.key(production.getId());

    assertThat(List.of(ofProject.text(), ofDevelopment.text(), ofProduction.text()))
        .allMatch(text -> text.matches("ctx_[0-9A-Za-z]{49}"));
    assertThat(edge.me(ofProject.text()).text("environment_slug")).isEmpty();
    assertThat(edge.me(ofDevelopment.text()).text("environment_slug")).isEqualTo("development");
    assertThat(edge.me(ofProduction.text()).text("environment_slug")).isEqualTo("production");
    assertThat(List.of(ofProject, ofDevelopment, ofProduction))
        .allMatch(key -> edge.me(key.text()).text("project_id").equals(project.getId()));
  }
}
