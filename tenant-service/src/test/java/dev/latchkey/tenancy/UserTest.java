package dev.latchkey.tenancy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.latchkey.proto.access.v1.Role;
import dev.latchkey.tenancy.node.Level;
import dev.latchkey.tenancy.testing.Api;
import dev.latchkey.tenancy.testing.Deployment;
import dev.latchkey.tenancy.testing.Refusal;
import dev.latchkey.tenancy.testing.Tree;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class UserTest {
  @AutoClose private final Deployment deployment = new Deployment();
  private final Api operator = deployment.asOperator();

  private Message create(String organization, String email, Object... more) {
    return operator.call(
        "CreateUser",
        Stream.concat(
                Stream.of("organization_id", organization, "email", email), Arrays.stream(more))
            .toArray());
  }

  private Message update(String id, String path, Object value, Object... more) {
    return update(operator, id, path, value, more);
  }

  private static Message update(Api api, String id, String path, Object value, Object... more) {
    return api.call(
        "UpdateUser",
        Stream.concat(
                Stream.of("id", id, path, value, "update_mask", Api.mask(path)),
                Arrays.stream(more))
            .toArray());
  }

  private List<String> list(String organization, Object... more) {
    Object[] fields =
        Stream.concat(Stream.of("organization_id", organization), Arrays.stream(more)).toArray();
    return Tree.items(operator.send("ListUsers", Api.filled("ListUsers", fields))).stream()
        .map(Api::id)
        .toList();
  }

  @Test
  void newUser_isAsAskedFor_andReadAsAnswered() {
    String organization = deployment.organization();

    Message user =
        create(
            organization, "Ada@Example.com", "display_name", "Ada", "external_subject", "auth|1");

    assertThat(Api.text(user, "organization_id")).isEqualTo(organization);
    assertThat(Api.text(user, "email")).isEqualTo("Ada@Example.com");
    assertThat(Api.text(user, "display_name")).isEqualTo("Ada");
    assertThat(Api.text(user, "external_subject")).isEqualTo("auth|1");
    assertThat(Api.get(user, "create_time")).isEqualTo(Api.get(user, "update_time"));
    assertThat(Api.has(user, "delete_time")).isFalse();
    assertThat(operator.call("GetUser", "id", Api.id(user))).isEqualTo(user);
    assertThat(list(organization)).containsExactly(Api.id(user));
  }

  @Test
  void displayName_isTheEmailWhenNoneIsGiven_asFarAsADisplayNameGoes() {
    String organization = deployment.organization();
    String longEmail = "🦊".repeat(100) + "@" + "b".repeat(153);

    assertThat(Api.text(create(organization, "ada@example.com"), "display_name"))
        .isEqualTo("ada@example.com");
    assertThat(Api.text(create(organization, longEmail), "display_name"))
        .isEqualTo("🦊".repeat(100) + "@" + "b".repeat(99));
  }

  @ParameterizedTest
  @CsvSource({
    "ada@example.com, ADA@Example.COM",
    "straße@example.com, STRASSE@example.com",
    "STRAẞE@example.com, straße@example.com",
    "ςίγμα@example.com, ΣΊΓΜΑ@example.com"
  })
  void emailsThatDifferInCaseOnly_areTheSame(String first, String second) {
    String organization = deployment.organization();
    create(organization, first);

    Refusal refusal = Refusal.of(() -> create(organization, second));

    assertThat(refusal.code()).isEqualTo(Status.Code.ALREADY_EXISTS);
    assertThat(refusal.reason()).isEqualTo("USER_FIELD_TAKEN");
    assertThat(refusal.metadata()).containsEntry("field", "email");
    create(deployment.organization(), second);
  }

  @Test
  void subjects_areUniqueWhereThereIsOne_withRegardToCase() {
    String organization = deployment.organization();
    create(organization, "a@b", "external_subject", "s");
    create(organization, "b@b", "external_subject", "S");
    create(organization, "c@b");
    String last = Api.id(create(organization, "d@b"));

    Refusal created = Refusal.of(() -> create(organization, "e@b", "external_subject", "s"));
    Refusal updated = Refusal.of(() -> update(last, "external_subject", "S"));

    assertThat(List.of(created, updated))
        .allMatch(refusal -> refusal.reason().equals("USER_FIELD_TAKEN"))
        .allMatch(refusal -> "external_subject".equals(refusal.metadata().get("field")));
  }

  @Test
  void deletedUser_givesEmailAndSubjectBack() {
    String organization = deployment.organization();
    String first = Api.id(create(organization, "a@b", "external_subject", "s"));

    operator.call("DeleteUser", "id", first);

    assertThat(Api.id(create(organization, "A@B", "external_subject", "s"))).isNotEqualTo(first);
  }

  @Test
  void update_changesWhatTheMaskNames_andMindsTheEtag() {
    Message user =
        create(deployment.organization(), "a@b", "display_name", "A", "external_subject", "s");
    String id = Api.id(user);

    Message changed =
        update(id, "email", "A@b", "display_name", "Not taken", "etag", Api.text(user, "etag"));
    Refusal stale = Refusal.of(() -> update(id, "email", "x@y", "etag", Api.text(user, "etag")));
    Message cleared = update(id, "external_subject", "");

    assertThat(Api.text(changed, "email")).isEqualTo("A@b");
    assertThat(Api.text(changed, "display_name")).isEqualTo("A");
    assertThat(Api.text(changed, "external_subject")).isEqualTo("s");
    assertThat(stale.code()).isEqualTo(Status.Code.ABORTED);
    assertThat(stale.metadata())
        .containsEntry("resource_type", "user")
        .containsEntry("current_etag", Api.text(changed, "etag"));
    assertThat(Api.text(cleared, "external_subject")).isEmpty();
    assertThat(Api.text(cleared, "email")).isEqualTo("A@b");
  }

  @Test
  void updateToWhatIsThere_changesNothing() {
    Message user = create(deployment.organization(), "a@b");
    long revision = deployment.newestRevision();

    assertThat(update(Api.id(user), "email", "a@b")).isEqualTo(user);
    assertThat(deployment.newestRevision()).isEqualTo(revision);
  }

  @Test
  void deletedUser_staysReadable_andIsDeletedForGood() {
    String organization = deployment.organization();
    String id = Api.id(create(organization, "a@b"));

    Message deleted = operator.call("DeleteUser", "id", id);
    long revision = deployment.newestRevision();
    Refusal changed = Refusal.of(() -> update(id, "email", "x@y"));

    assertThat(Api.has(deleted, "delete_time")).isTrue();
    assertThat(operator.call("DeleteUser", "id", id)).isEqualTo(deleted);
    assertThat(deployment.newestRevision()).isEqualTo(revision);
    assertThat(operator.call("GetUser", "id", id)).isEqualTo(deleted);
    assertThat(changed.reason()).isEqualTo("NODE_NOT_LIVE");
    assertThat(changed.metadata()).containsEntry("resource_type", "user");
    assertThat(list(organization)).isEmpty();
    assertThat(list(organization, "show_deleted", true)).containsExactly(id);
  }

  @Test
  void list_filtersByEmailAndSubject() {
    String organization = deployment.organization();
    String ada = Api.id(create(organization, "ada@b", "external_subject", "1"));
    String bob = Api.id(create(organization, "bob@b", "external_subject", "2"));

    assertThat(list(organization, "email", "ADA@B")).containsExactly(ada);
    assertThat(list(organization, "external_subject", "2")).containsExactly(bob);
    assertThat(list(organization, "email", "ada@b", "external_subject", "2")).isEmpty();
  }

  @Test
  void pages_showEveryUserOnce_oldestFirst_andTheirTokensHoldForOneList() {
    String organization = deployment.organization();
    List<String> created = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      created.add(deployment.user(organization));
    }
    List<String> listed = new ArrayList<>();
    String token = "";
    String first = "";
    do {
      Message page =
          operator.send(
              "ListUsers",
              Api.filled(
                  "ListUsers",
                  "organization_id",
                  organization,
                  "page_size",
                  2,
                  "page_token",
                  token));
      Tree.items(page).forEach(user -> listed.add(Api.id(user)));
      token = Api.text(page, "next_page_token");
      first = first.isEmpty() ? token : first;
    } while (!token.isEmpty());

    assertThat(listed).containsExactlyInAnyOrderElementsOf(created).isSorted();
    String used = first;
    Refusal elsewhere =
        Refusal.of(() -> list(deployment.organization(), "page_size", 2, "page_token", used));
    assertThat(elsewhere.reason()).isEqualTo("INVALID_PAGE_TOKEN");
  }

  @Test
  void usersOfWhatIsNoOrganization_areNotFound() {
    Tree tree = Tree.in(deployment);
    for (String id : List.of(tree.id(Level.PROJECT), UUID.randomUUID().toString())) {
      for (Refusal refusal :
          List.of(Refusal.of(() -> create(id, "a@b")), Refusal.of(() -> list(id)))) {
        assertThat(refusal.code()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(refusal.metadata()).containsEntry("resource_type", "organization");
      }
    }
  }

  @Test
  void usersOfADeletedOrganization_areReadAndDeleted_butNotMadeOrChanged() {
    String organization = deployment.organization();
    String user = deployment.user(organization);
    deployment.grant(user, Role.ROLE_OWNER, organization);
    operator.call("DeleteOrganization", "id", organization);

    assertThat(list(organization)).containsExactly(user);
    for (Refusal refusal :
        List.of(
            Refusal.of(() -> create(organization, "a@b")),
            Refusal.of(() -> update(user, "email", "x@y")))) {
      assertThat(refusal.reason()).isEqualTo("NODE_NOT_LIVE");
      assertThat(refusal.metadata()).containsEntry("resource_id", organization);
    }
    assertThat(Api.has(operator.call("DeleteUser", "id", user), "delete_time")).isTrue();
  }

  @Test
  void userWithAHigherRoleSomewhere_isChangedAndDeletedByThoseAlone_whoHaveItThere() {
    Tree tree = Tree.in(deployment);
    String organization = tree.id(Level.ORGANIZATION);
    String user = deployment.user(organization);
    deployment.grant(user, Role.ROLE_OWNER, tree.id(Level.WORKSPACE));
    Api admin = deployment.asNewMember(Role.ROLE_ADMIN, organization, organization);
    Api owner = deployment.asNewMember(Role.ROLE_OWNER, organization, organization);

    for (Refusal refusal :
        List.of(
            Refusal.of(() -> update(admin, user, "email", Deployment.newEmail())),
            Refusal.of(() -> admin.call("DeleteUser", "id", user)))) {
      assertThat(refusal.reason()).isEqualTo("ROLE_INSUFFICIENT");
      assertThat(refusal.metadata()).containsEntry("required_role", "OWNER");
    }
    update(owner, user, "email", Deployment.newEmail());
    deployment.grant(user, Role.ROLE_ADMIN, tree.id(Level.WORKSPACE));
    update(admin, user, "email", Deployment.newEmail());
    admin.call("DeleteUser", "id", user);
  }

  @Test
  void userList_isNotSeenFromBelowTheOrganization() {
    Tree tree = Tree.in(deployment);
    String organization = tree.id(Level.ORGANIZATION);
    String user = deployment.user(organization);
    Api below = deployment.asNewMember(Role.ROLE_OWNER, tree.id(Level.PROJECT), organization);

    Refusal one = Refusal.of(() -> below.call("GetUser", "id", user));
    Refusal all =
        Refusal.of(
            () ->
                below.send("ListUsers", Api.filled("ListUsers", "organization_id", organization)));

    assertThat(one.metadata()).containsEntry("resource_type", "user");
    assertThat(List.of(one, all)).allMatch(refusal -> refusal.code() == Status.Code.NOT_FOUND);
  }

  @Test
  void repeat_getsTheFirstAnswer_andMakesNobody() {
    String organization = deployment.organization();
    Object[] request = {"request_id", UUID.randomUUID().toString()};

    Message first = create(organization, "a@b", request);
    operator.call("DeleteUser", "id", Api.id(first));

    assertThat(create(organization, "a@b", request)).isEqualTo(first);
    assertThat(list(organization)).isEmpty();
  }
}
