package dev.latchkey.harness.behaviours;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.FieldMask;
import dev.latchkey.harness.kit.Edge;
import dev.latchkey.harness.kit.EdgeAnswer;
import dev.latchkey.harness.kit.Issued;
import dev.latchkey.harness.kit.OnPlatform;
import dev.latchkey.harness.kit.Refusals;
import dev.latchkey.harness.kit.Tenants;
import dev.latchkey.harness.platform.Await;
import dev.latchkey.harness.platform.Clients;
import dev.latchkey.proto.tenancy.v1.KeyRole;
import dev.latchkey.proto.tenancy.v1.Project;
import dev.latchkey.proto.tenancy.v1.Scope;
import dev.latchkey.proto.tenancy.v1.ScopeCatalogue;
import dev.latchkey.proto.tenancy.v1.UpdateProjectRequest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@OnPlatform
@DisplayName("MemoryKit: the scopes of a project")
class ScopeCatalogueTest {
  private static final List<String> SCOPES =
      List.of(
          "memories:read",
          "memories:write",
          "chats:read",
          "chats:write",
          "users:read",
          "users:write");

  private final Clients operator;
  private final Tenants tenants;
  private final Edge edge;
  private Project project = Project.getDefaultInstance();

  ScopeCatalogueTest(Clients operator, Tenants tenants, Edge edge) {
    this.operator = operator;
    this.tenants = tenants;
    this.edge = edge;
  }

  @BeforeEach
  void makeTenant() {
    Project made =
        tenants.project(
            tenants.organization("MemoryKit"), "Support", Tenants.format("ctx", false, false));
    ScopeCatalogue.Builder catalogue = ScopeCatalogue.newBuilder();
    for (String scope : SCOPES) {
      catalogue.addScopes(Scope.newBuilder().setName(scope).setDescription("May " + scope));
    }
    project =
        update(
            UpdateProjectRequest.newBuilder()
                .setId(made.getId())
                .setScopeCatalogue(catalogue)
                .setUpdateMask(FieldMask.newBuilder().addPaths("scope_catalogue")));
  }

  @Test
  @DisplayName("MK3: without the scope a call gets 403; a scope outside the catalogue is refused")
  void scopes_areThoseOfTheCatalogue() {
    for (String held : SCOPES) {
      Issued key = tenants.key(project.getId(), request -> request.addScopes(held));
      for (String needed : SCOPES) {
        EdgeAnswer answer = authorize(key, needed);
        assertThat(answer.status())
            .as("%s needs %s", held, needed)
            .isEqualTo(held.equals(needed) ? 200 : 403);
        if (!held.equals(needed)) {
          assertThat(answer.text("code")).isEqualTo("insufficient_scope");
          assertThat(answer.header("WWW-Authenticate"))
              .contains("error=\"insufficient_scope\"")
              .contains("scope=\"" + needed + "\"");
        }
      }
    }
    Issued wildcard = tenants.key(project.getId(), request -> request.addScopes("memories:*"));
    assertThat(authorize(wildcard, "memories:write").status()).isEqualTo(200);
    assertThat(authorize(wildcard, "chats:read").status()).isEqualTo(403);

    for (String outside : List.of("memories:delete", "billing:read", "billing:*")) {
      assertThat(
              Refusals.fields(
                  () -> tenants.key(project.getId(), request -> request.addScopes(outside))))
          .as(outside)
          .containsExactly("scopes[0]");
    }
  }

  @Test
  @DisplayName("MK4: a read-only key can search and cannot write")
  void readOnlyKey_cannotWrite() {
    Issued key = tenants.key(project.getId(), request -> request.addScopes("memories:read"));

    assertThat(authorize(key, "memories:read").status()).isEqualTo(200);
    assertThat(authorize(key, "memories:write").status()).isEqualTo(403);
  }

  @Test
  @DisplayName("MK3: a role is a named set of scopes; changing it changes all its keys at once")
  void changedRole_changesItsKeys() {
    setRole("memories:read");
    Issued one = tenants.key(project.getId(), request -> request.addRoles("assistant"));
    Issued two = tenants.key(project.getId(), request -> request.addRoles("assistant"));
    assertThat(authorize(one, "memories:read").status()).isEqualTo(200);
    assertThat(authorize(one, "chats:read").status()).isEqualTo(403);

    setRole("chats:read");

    Await.until(
        Duration.ofSeconds(1),
        () ->
            authorize(one, "chats:read").status() == 200
                && authorize(two, "chats:read").status() == 200
                && authorize(one, "memories:read").status() == 403
                && authorize(two, "memories:read").status() == 403,
        () -> "the keys have not changed with their role");
  }

  private void setRole(String scope) {
    var _ =
        update(
            UpdateProjectRequest.newBuilder()
                .setId(project.getId())
                .addKeyRoles(KeyRole.newBuilder().setName("assistant").addScopes(scope))
                .setUpdateMask(FieldMask.newBuilder().addPaths("key_roles")));
  }

  private Project update(UpdateProjectRequest.Builder request) {
    return operator.projects().updateProject(request.build()).getProject();
  }

  private EdgeAnswer authorize(Issued key, String scope) {
    return edge.get("/api/v1/authorize?scope=" + scope, "Authorization", "Bearer " + key.text());
  }
}
