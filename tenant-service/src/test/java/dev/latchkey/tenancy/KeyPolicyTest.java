package dev.latchkey.tenancy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.proto.access.v1.Role;
import dev.latchkey.proto.tenancy.v1.KeyRole;
import dev.latchkey.proto.tenancy.v1.LeakPolicy;
import dev.latchkey.proto.tenancy.v1.Project;
import dev.latchkey.proto.tenancy.v1.Scope;
import dev.latchkey.proto.tenancy.v1.ScopeCatalogue;
import dev.latchkey.tenancy.testing.Api;
import dev.latchkey.tenancy.testing.Deployment;
import dev.latchkey.tenancy.testing.Refusal;
import dev.latchkey.tenancy.testing.Watcher;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a project says of its keys. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class KeyPolicyTest {
  private static final String CATALOGUE = "scope_catalogue";
  private static final String ROLES = "key_roles";
  private static final String LEAKS = "leak_policy";

  @AutoClose private final Deployment deployment = new Deployment();
  private final Api operator = deployment.asOperator();
  private final String organization = deployment.organization();

  private Project create(Object... fields) {
    Object[] all = Arrays.copyOf(fields, fields.length + 4);
    all[fields.length] = "organization_id";
    all[fields.length + 1] = organization;
    all[fields.length + 2] = "slug";
    all[fields.length + 3] = Deployment.newSlug();
    return (Project) operator.call("CreateProject", all);
  }

  private Project update(Project project, String[] paths, Object... fields) {
    Object[] all = Arrays.copyOf(fields, fields.length + 4);
    all[fields.length] = "id";
    all[fields.length + 1] = project.getId();
    all[fields.length + 2] = "update_mask";
    all[fields.length + 3] = Api.mask(paths);
    return (Project) operator.call("UpdateProject", all);
  }

  private static String[] paths(String... paths) {
    return paths;
  }

  private static ScopeCatalogue catalogue(String... names) {
    return ScopeCatalogue.newBuilder()
        .addAllScopes(
            Arrays.stream(names)
                .map(name -> Scope.newBuilder().setName(name).setMinimumRole(Role.ROLE_MEMBER))
                .map(Scope.Builder::build)
                .toList())
        .build();
  }

  private static KeyRole role(String name, String... scopes) {
    return KeyRole.newBuilder().setName(name).addAllScopes(List.of(scopes)).build();
  }

  @Test
  void nothingSaid_isNoCatalogueAndNoRoles_andLeakedKeysAreRevoked() {
    Project project = create();

    assertThat(project.hasScopeCatalogue()).isFalse();
    assertThat(project.getKeyRolesList()).isEmpty();
    assertThat(project.getLeakPolicy()).isEqualTo(LeakPolicy.LEAK_POLICY_REVOKE);
  }

  @Test
  void everythingSaid_isAnswered_read_andInTheFeed() throws Exception {
    long before = deployment.newestRevision();
    Scope scope =
        Scope.newBuilder()
            .setName("files:read")
            .setDescription("Reads files.")
            .setMinimumRole(Role.ROLE_ADMIN)
            .build();
    KeyRole reader = role("reader", "files:*").toBuilder().setDescription("Reads.").build();
    Project project =
        create(
            CATALOGUE,
            ScopeCatalogue.newBuilder().addScopes(scope).build(),
            ROLES,
            List.of(reader),
            LEAKS,
            LeakPolicy.LEAK_POLICY_DISABLE.getValueDescriptor());

    assertThat(project.getScopeCatalogue().getScopesList()).containsExactly(scope);
    assertThat(project.getKeyRolesList()).containsExactly(reader);
    assertThat(project.getLeakPolicy()).isEqualTo(LeakPolicy.LEAK_POLICY_DISABLE);
    assertThat(operator.call("GetProject", "id", project.getId())).isEqualTo(project);
    try (Watcher watcher = Watcher.start(operator, before + 1)) {
      Project followed = watcher.nextChange().getProject();
      assertThat(followed.getScopeCatalogue()).isEqualTo(project.getScopeCatalogue());
      assertThat(followed.getKeyRolesList()).isEqualTo(project.getKeyRolesList());
      assertThat(followed.getLeakPolicy()).isEqualTo(LeakPolicy.LEAK_POLICY_DISABLE);
    }
  }

  @Test
  void leakPolicy_isNeverUnspecified_inTheFeed() throws Exception {
    long before = deployment.newestRevision();
    create();

    try (Watcher watcher = Watcher.start(operator, before + 1)) {
      assertThat(watcher.nextChange().getProject().getLeakPolicy())
          .isEqualTo(LeakPolicy.LEAK_POLICY_REVOKE);
    }
  }

  @Test
  void emptyCatalogue_isNotTheSameAsNone() {
    Project empty = create(CATALOGUE, catalogue());
    Project lifted = update(empty, paths(CATALOGUE));
    Project again = update(empty, paths(CATALOGUE), CATALOGUE, catalogue());

    assertThat(empty.hasScopeCatalogue()).isTrue();
    assertThat(lifted.hasScopeCatalogue()).isFalse();
    assertThat(again.hasScopeCatalogue()).isTrue();
    assertThat(((Project) operator.call("GetProject", "id", empty.getId())).hasScopeCatalogue())
        .isTrue();
  }

  @Test
  void unspecifiedMinimumRole_isMember() {
    ScopeCatalogue given =
        ScopeCatalogue.newBuilder().addScopes(Scope.newBuilder().setName("a")).build();

    assertThat(create(CATALOGUE, given).getScopeCatalogue()).isEqualTo(catalogue("a"));
  }

  @Test
  void update_changesWhatTheMaskNames_alone() {
    Project project =
        create(
            CATALOGUE,
            catalogue("a", "b"),
            ROLES,
            List.of(role("r", "a")),
            LEAKS,
            LeakPolicy.LEAK_POLICY_DISABLE.getValueDescriptor());

    Project renamed = update(project, paths("display_name"), "display_name", "Other");
    Project revoking = update(project, paths(LEAKS));
    Project roles = update(project, paths(ROLES), ROLES, List.of(role("s", "b")));
    Project fewer = update(project, paths(CATALOGUE), CATALOGUE, catalogue("b"));

    assertThat(renamed.getScopeCatalogue()).isEqualTo(project.getScopeCatalogue());
    assertThat(renamed.getKeyRolesList()).isEqualTo(project.getKeyRolesList());
    assertThat(renamed.getLeakPolicy()).isEqualTo(LeakPolicy.LEAK_POLICY_DISABLE);
    assertThat(revoking.getLeakPolicy()).isEqualTo(LeakPolicy.LEAK_POLICY_REVOKE);
    assertThat(revoking.getKeyRolesList()).isEqualTo(project.getKeyRolesList());
    assertThat(roles.getKeyRolesList()).containsExactly(role("s", "b"));
    assertThat(fewer.getScopeCatalogue()).isEqualTo(catalogue("b"));
    assertThat(fewer.getKeyRolesList()).containsExactly(role("s", "b"));
  }

  @Test
  void scopesOfARole_areSorted_andWithoutRepeats() {
    assertThat(create(ROLES, List.of(role("r", "b", "a:*", "b"))).getKeyRoles(0).getScopesList())
        .containsExactly("a:*", "b");
  }

  @Test
  void roleBeyondTheCatalogue_isRefused_whereItStandsInTheRequest() {
    List<KeyRole> roles =
        List.of(role("fine", "*", "a:*", "a:x"), role("not", "c", "a:y", "a:x", "b:*", "a:x:*"));

    Refusal created = Refusal.of(() -> create(CATALOGUE, catalogue("a:x", "d"), ROLES, roles));
    Project project = create(CATALOGUE, catalogue("a:x", "d"));
    Refusal updated = Refusal.of(() -> update(project, paths(ROLES), ROLES, roles));

    for (Refusal refusal : List.of(created, updated)) {
      assertThat(refusal.reason()).isEqualTo("INVALID_REQUEST");
      assertThat(refusal.fields())
          .containsExactly(
              "key_roles[1].scopes[0]",
              "key_roles[1].scopes[1]",
              "key_roles[1].scopes[3]",
              "key_roles[1].scopes[4]");
    }
  }

  @Test
  void wildcardOverAnEmptyCatalogue_coversNothing() {
    Refusal refusal =
        Refusal.of(() -> create(CATALOGUE, catalogue(), ROLES, List.of(role("all", "*"))));

    assertThat(refusal.fields()).containsExactly("key_roles[0].scopes[0]");
  }

  @Test
  void catalogueThatTakesAScopeFromARole_isRefused_unlessTheRoleChangesToo() {
    Project project = create(CATALOGUE, catalogue("a", "b"), ROLES, List.of(role("r", "a", "b")));
    long before = deployment.newestRevision();

    Refusal refusal =
        Refusal.of(() -> update(project, paths(CATALOGUE), CATALOGUE, catalogue("a")));

    assertThat(refusal.reason()).isEqualTo("INVALID_REQUEST");
    assertThat(refusal.fields()).containsExactly("scope_catalogue");
    assertThat(deployment.newestRevision()).isEqualTo(before);
    Project both =
        update(
            project,
            paths(CATALOGUE, ROLES),
            CATALOGUE,
            catalogue("a"),
            ROLES,
            List.of(role("r", "a")));
    assertThat(both.getKeyRolesList()).containsExactly(role("r", "a"));
    assertThat(both.getScopeCatalogue()).isEqualTo(catalogue("a"));
  }

  @Test
  void firstCatalogue_mustHaveWhatTheRolesName() {
    Project project = create(ROLES, List.of(role("r", "a")));

    Refusal refusal =
        Refusal.of(() -> update(project, paths(CATALOGUE), CATALOGUE, catalogue("b")));

    assertThat(refusal.fields()).containsExactly("scope_catalogue");
  }

  @Test
  void everyMistake_isNamedDownToItsIndex() {
    ScopeCatalogue scopes =
        ScopeCatalogue.newBuilder()
            .addScopes(Scope.newBuilder().setName("a"))
            .addScopes(Scope.newBuilder().setName("a"))
            .addScopes(Scope.newBuilder().setName("a:*"))
            .addScopes(Scope.newBuilder().setName("latchkey.keys:read"))
            .addScopes(Scope.newBuilder().setName("b").setDescription("d".repeat(501)))
            .addScopes(Scope.newBuilder().setName("c").setMinimumRoleValue(99))
            .build();
    List<KeyRole> roles =
        List.of(
            role("r"),
            role("r"),
            role("B"),
            role("s", "a", "latchkey.keys:read", "A"),
            role("t", Collections.nCopies(101, "a").toArray(String[]::new)),
            role("u").toBuilder().setDescription("a\nb").build());

    Refusal refusal = Refusal.of(() -> create(CATALOGUE, scopes, ROLES, roles));

    assertThat(refusal.fields())
        .containsExactlyInAnyOrder(
            "scope_catalogue.scopes[1].name",
            "scope_catalogue.scopes[2].name",
            "scope_catalogue.scopes[3].name",
            "scope_catalogue.scopes[4].description",
            "scope_catalogue.scopes[5].minimum_role",
            "key_roles[1].name",
            "key_roles[2].name",
            "key_roles[3].scopes[1]",
            "key_roles[3].scopes[2]",
            "key_roles[4].scopes",
            "key_roles[5].description");
  }

  @Test
  void counts_areBounded_andAsManyAsMayBe_areTaken() {
    String[] names = IntStream.range(0, 501).mapToObj(i -> "s:" + i).toArray(String[]::new);
    List<KeyRole> roles = IntStream.range(0, 101).mapToObj(i -> role("r" + i, "s:*")).toList();

    Refusal refusal = Refusal.of(() -> create(CATALOGUE, catalogue(names), ROLES, roles));
    Project most =
        create(CATALOGUE, catalogue(Arrays.copyOf(names, 500)), ROLES, roles.subList(0, 100));

    assertThat(refusal.fields()).containsExactlyInAnyOrder("scope_catalogue.scopes", "key_roles");
    assertThat(most.getScopeCatalogue().getScopesCount()).isEqualTo(500);
    assertThat(most.getKeyRolesCount()).isEqualTo(100);
  }
}
