package dev.latchkey.tenancy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import dev.latchkey.proto.access.v1.Role;
import dev.latchkey.proto.tenancy.v1.Ceilings;
import dev.latchkey.proto.tenancy.v1.KeyFormat;
import dev.latchkey.proto.tenancy.v1.KeyRole;
import dev.latchkey.proto.tenancy.v1.LeakPolicy;
import dev.latchkey.proto.tenancy.v1.RateLimit;
import dev.latchkey.proto.tenancy.v1.Scope;
import dev.latchkey.proto.tenancy.v1.ScopeCatalogue;
import dev.latchkey.tenancy.testing.Api;
import dev.latchkey.tenancy.testing.Deployment;
import dev.latchkey.tenancy.testing.Refusal;
import dev.latchkey.tenancy.testing.Requests;
import dev.latchkey.tenancy.testing.Tree;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every field of every call with every kind of wrong value: each is refused by the field's name,
 * and nothing is written. A field that is added without being named here fails the test.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HostileInputTest {
  private static final String NUL = "\0";
  private static final String HUGE = "a".repeat(1_000_000);

  private static final List<Object> NOT_UUIDS =
      List.of(
          "x",
          "0",
          "01890000-0000-7000-8000-00000000000",
          "01890000-0000-7000-8000-0000000000000",
          "01890000-0000-7000-8000-00000000000g",
          "{1890000-0000-7000-8000-000000000000}",
          "01890000-0000-7000-8000-000000000000\n",
          "1-1-1-1-1",
          "' OR 1=1 --",
          NUL,
          HUGE);

  private static final List<Object> NOT_SLUGS =
      List.of("", "A", "-a", "a-", "a_b", "9a", "a b", "ä", "a".repeat(41), "a\n", "a" + NUL, HUGE);

  private static final List<Object> NOT_NAMES =
      List.of(" ", "\u00a0\t", "n".repeat(201), "a" + NUL, "a\nb", "a\u001bb", "\u0085", HUGE);

  private static final List<Object> NOT_ETAGS =
      List.of("x", "0", "-1", "1.0", "1e3", "01", "9".repeat(30), " 1", "1" + NUL, HUGE);

  private static final List<Object> NOT_EMAILS =
      List.of(
          "x",
          "@",
          "a@",
          "@b",
          "a@b@c",
          "a b@c",
          " a@b",
          "a@b\n",
          "a@b" + NUL,
          "a@\u200bb",
          "a@" + "b".repeat(253),
          HUGE + "@" + HUGE,
          "@".repeat(1_000_000));

  private static final List<Object> NOT_SUBJECTS =
      List.of(" ", "s".repeat(256), "s" + NUL, "s\n", "\u0085", HUGE);

  private static final List<Object> NOT_ROLES =
      Stream.of(0, 5, -1, Integer.MAX_VALUE)
          .<Object>map(Role.getDescriptor()::findValueByNumberCreatingIfUnknown)
          .toList();

  private static final List<Object> NOT_TOKENS = List.of("x", NUL, "A".repeat(43), "!", "ä", HUGE);

  private static final List<Object> NOT_PREFIXES =
      List.of("", "a", "A1", "1a", "a_b", "a-b", "a".repeat(13), "ab\n", "ä1", "ab" + NUL, HUGE);

  private static final List<Object> NOT_TIMES =
      List.of(
          time(Long.MIN_VALUE, 0),
          time(Long.MAX_VALUE, 0),
          time(253_402_300_800L, 0),
          time(-62_135_596_801L, 0),
          time(4_000_000_000L, -1),
          time(4_000_000_000L, 1_000_000_000));

  private static final List<Object> NOT_MASKS =
      List.of(
          Api.mask(),
          Api.mask("no_such_field"),
          Api.mask("id"),
          Api.mask("state"),
          Api.mask("*"),
          Api.mask(""),
          Api.mask("displayName"),
          Api.mask("display_name", "display_name"),
          Api.mask("display_name", NUL),
          Api.mask(HUGE));

  /** Fields that may be empty though not every text will do. */
  private static final Set<String> OPTIONAL =
      Set.of(
          "request_id",
          "plan_id",
          "external_subject",
          "actor_key_id",
          "actor_user_id",
          "target_id");

  @AutoClose private final Deployment deployment = new Deployment();
  private final Requests requests = new Requests(deployment);
  private final Tree tree = Tree.in(deployment);

  private static Timestamp time(long seconds, int nanos) {
    return Timestamp.newBuilder().setSeconds(seconds).setNanos(nanos).build();
  }

  static Stream<Arguments> fields() {
    return Api.methods().stream()
        .sorted()
        .flatMap(
            method ->
                Api.request(method).getDescriptorForType().getFields().stream()
                    .map(field -> Arguments.of(method, field.getName())));
  }

  private static List<Object> wrongValues(FieldDescriptor field) {
    return switch (field.getName()) {
      case "id", "organization_id", "project_id", "environment_id" -> orEmpty(NOT_UUIDS);
      case "node_id", "user_id" ->
          isOf(field, "ListMembershipsRequest") || isOf(field, "ListAuditEventsRequest")
              ? NOT_UUIDS
              : orEmpty(NOT_UUIDS);
      case "request_id", "plan_id" -> NOT_UUIDS;
      case "email" -> isOf(field, "CreateUserRequest") ? orEmpty(NOT_EMAILS) : NOT_EMAILS;
      case "external_subject" -> NOT_SUBJECTS;
      case "role" -> NOT_ROLES;
      case "actor_key_id", "actor_user_id", "target_id" -> NOT_UUIDS;
      case "target_type", "action" -> List.of("t".repeat(101), "a" + NUL, "a\nb", HUGE);
      case "slug" -> NOT_SLUGS;
      case "display_name" -> NOT_NAMES;
      case "etag" -> NOT_ETAGS;
      case "page_token" -> NOT_TOKENS;
      case "page_size" -> List.of(-1, Integer.MIN_VALUE);
      case "from_revision" -> List.of(0L, -1L, Long.MIN_VALUE);
      case "update_mask" -> NOT_MASKS;
      case "expire_time", "start_time", "end_time" -> NOT_TIMES;
      case "key_format" ->
          NOT_PREFIXES.stream()
              .<Object>map(prefix -> KeyFormat.newBuilder().setPrefix((String) prefix).build())
              .toList();
      case "allowed_networks" ->
          Stream.of("", "10.0.0.1/8", "10.0.0.0/33", "localhost", "fe80::1%eth0", "\0")
              .<Object>map(List::of)
              .toList();
      case "rate_limits" -> notNames().map(HostileInputTest::limitNamed).toList();
      case "key_roles" -> notNames().map(HostileInputTest::roleNamed).toList();
      case "scope_catalogue" -> notScopes().map(HostileInputTest::catalogueOf).toList();
      case "leak_policy" ->
          List.of(LeakPolicy.getDescriptor().findValueByNumberCreatingIfUnknown(99));
      case "ceilings" ->
          Stream.of(-1L, Long.MIN_VALUE, 1_000_000_001L, Long.MAX_VALUE)
              .<Object>map(keys -> Ceilings.newBuilder().setKeys(keys).build())
              .toList();
      case "show_deleted", "api_access" -> List.of();
      default -> throw new AssertionError("no wrong values are known for " + field.getFullName());
    };
  }

  /** Names that neither a rate limit nor a role of keys can have. */
  private static Stream<String> notNames() {
    return Stream.of("", "A", "1a", "-a", "a b", "a:b", "ä", "a".repeat(41), "a\n", NUL, HUGE);
  }

  /** Names that no scope of a catalogue can have. */
  private static Stream<String> notScopes() {
    return Stream.of("", "*", "a:*", "A", "a:", "a::b", "latchkey.x", "a".repeat(101), NUL, HUGE);
  }

  private static Object limitNamed(String name) {
    return List.of(
        RateLimit.newBuilder()
            .setName(name)
            .setAmount(1)
            .setWindow(Duration.newBuilder().setSeconds(1))
            .build());
  }

  private static Object roleNamed(String name) {
    return List.of(KeyRole.newBuilder().setName(name).build());
  }

  private static Object catalogueOf(String scope) {
    return ScopeCatalogue.newBuilder().addScopes(Scope.newBuilder().setName(scope)).build();
  }

  private static boolean isOf(FieldDescriptor field, String message) {
    return field.getContainingType().getName().equals(message);
  }

  private static List<Object> orEmpty(List<Object> wrong) {
    List<Object> values = new ArrayList<>(wrong);
    values.add("");
    return values;
  }

  @ParameterizedTest
  @MethodSource("fields")
  void wrongValue_isRefusedByTheFieldsName_andNothingIsWritten(String method, String name) {
    Message good = requests.good(method, tree);
    FieldDescriptor field = good.getDescriptorForType().findFieldByName(name);
    long before = deployment.newestRevision();

    for (Object value : wrongValues(field)) {
      Message request = good.toBuilder().setField(field, value).build();
      Refusal refusal = Refusal.of(() -> deployment.asOperator().send(method, request));

      assertThat(refusal.code()).as("%s", value).isEqualTo(Status.Code.INVALID_ARGUMENT);
      if (name.equals("page_token")) {
        assertThat(refusal.reason()).isEqualTo("INVALID_PAGE_TOKEN");
      } else {
        assertThat(refusal.reason()).isEqualTo("INVALID_REQUEST");
        assertThat(refusal.fields()).containsOnly(refused(name));
      }
    }
    assertThat(deployment.newestRevision()).isEqualTo(before);
  }

  /** The name that a refusal gives a field with a value inside it. */
  private static String refused(String field) {
    return switch (field) {
      case "key_format" -> "key_format.prefix";
      case "allowed_networks" -> "allowed_networks[0]";
      case "rate_limits" -> "rate_limits[0].name";
      case "key_roles" -> "key_roles[0].name";
      case "scope_catalogue" -> "scope_catalogue.scopes[0].name";
      case "ceilings" -> "ceilings.keys";
      default -> field;
    };
  }

  @ParameterizedTest
  @MethodSource("fields")
  void emptyOptionalField_isNoMistake(String method, String name) {
    if (OPTIONAL.contains(name) || name.equals("etag") || name.equals("page_token")) {
      Message good = requests.good(method, Tree.in(deployment));
      FieldDescriptor field = good.getDescriptorForType().findFieldByName(name);

      deployment.asOperator().send(method, good.toBuilder().setField(field, "").build());
    }
  }

  static Stream<Arguments> contradictions() {
    return Stream.of(
            Stream.of("Organization", "Project", "Environment", "Workspace", "Plan", "User")
                .map(type -> Arguments.of("Update" + type, "display_name")),
            Stream.of(
                Arguments.of("UpdateOrganization", "plan_id"), Arguments.of("UpdateUser", "email")))
        .flatMap(cases -> cases);
  }

  @ParameterizedTest
  @MethodSource("contradictions")
  void fieldThatCannotBeEmpty_isRefused_whenItsPathIsInTheMaskAndItsValueIsNot(
      String method, String name) {
    Message.Builder request = requests.good(method, tree).toBuilder();
    Api.set(request, name, "");
    Api.set(request, "update_mask", Api.mask(name));

    Refusal refusal = Refusal.of(() -> deployment.asOperator().send(method, request.build()));

    assertThat(refusal.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(refusal.fields()).containsExactly(name);
  }

  @Test
  void membershipsOfNothing_areNotListed() {
    Refusal refusal =
        Refusal.of(
            () ->
                deployment
                    .asOperator()
                    .send("ListMemberships", Api.request("ListMemberships").build()));

    assertThat(refusal.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(refusal.fields()).containsExactly("node_id");
  }

  @ParameterizedTest
  @MethodSource("fields")
  void everyMistakeOfARequest_isNamedAtOnce(String method, String name) {
    Message.Builder request = Api.request(method);
    List<FieldDescriptor> fields = request.getDescriptorForType().getFields();
    if (!fields.getFirst().getName().equals(name)) {
      return; // Once a call.
    }
    List<String> wrong = new ArrayList<>();
    for (FieldDescriptor field : fields) {
      List<Object> values = wrongValues(field);
      if (!values.isEmpty() && !field.getName().equals("page_token")) {
        request.setField(field, values.getFirst());
        wrong.add(refused(field.getName()));
      }
    }

    Refusal refusal = Refusal.of(() -> deployment.asOperator().send(method, request.build()));

    assertThat(refusal.fields()).containsExactlyInAnyOrderElementsOf(wrong);
  }
}
