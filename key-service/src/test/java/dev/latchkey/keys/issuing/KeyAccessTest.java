package dev.latchkey.keys.issuing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.FieldMask;
import dev.latchkey.keys.support.Refusals;
import dev.latchkey.keys.support.RunningKeyService;
import dev.latchkey.keys.support.StandInTenancy;
import dev.latchkey.kit.access.AccessRules;
import dev.latchkey.kit.access.Role;
import dev.latchkey.kit.access.Scopes;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.errors.v1.ErrorReason;
import dev.latchkey.proto.keys.v1.AuditServiceGrpc;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc;
import dev.latchkey.proto.keys.v1.CreateKeyRequest;
import dev.latchkey.proto.keys.v1.DisableKeyRequest;
import dev.latchkey.proto.keys.v1.EnableKeyRequest;
import dev.latchkey.proto.keys.v1.GetKeyRequest;
import dev.latchkey.proto.keys.v1.ImportServiceGrpc;
import dev.latchkey.proto.keys.v1.KeyServiceGrpc;
import dev.latchkey.proto.keys.v1.KeyServiceGrpc.KeyServiceBlockingStub;
import dev.latchkey.proto.keys.v1.LeakServiceGrpc;
import dev.latchkey.proto.keys.v1.ListKeysRequest;
import dev.latchkey.proto.keys.v1.RevocationReason;
import dev.latchkey.proto.keys.v1.RevokeKeyRequest;
import dev.latchkey.proto.keys.v1.RotateKeyRequest;
import dev.latchkey.proto.keys.v1.UpdateKeyRequest;
import io.grpc.MethodDescriptor;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every call of KeyService against every kind of caller. A call without a row fails the build. */
final class KeyAccessTest {
  private static final Map<String, BiConsumer<KeyServiceBlockingStub, String>> CALLS =
      new LinkedHashMap<>();

  static {
    CALLS.put(
        "CreateKey",
        (keys, _) ->
            keys.createKey(
                CreateKeyRequest.newBuilder().setNodeId(node()).setName("made").build()));
    CALLS.put("GetKey", (keys, id) -> keys.getKey(GetKeyRequest.newBuilder().setId(id).build()));
    CALLS.put(
        "ListKeys",
        (keys, _) -> keys.listKeys(ListKeysRequest.newBuilder().setNodeId(node()).build()));
    CALLS.put(
        "UpdateKey",
        (keys, id) ->
            keys.updateKey(
                UpdateKeyRequest.newBuilder()
                    .setId(id)
                    .setName("renamed")
                    .setUpdateMask(FieldMask.newBuilder().addPaths("name"))
                    .build()));
    CALLS.put(
        "RotateKey", (keys, id) -> keys.rotateKey(RotateKeyRequest.newBuilder().setId(id).build()));
    CALLS.put(
        "DisableKey",
        (keys, id) -> keys.disableKey(DisableKeyRequest.newBuilder().setId(id).build()));
    CALLS.put(
        "EnableKey", (keys, id) -> keys.enableKey(EnableKeyRequest.newBuilder().setId(id).build()));
    CALLS.put(
        "RevokeKey",
        (keys, id) ->
            keys.revokeKey(
                RevokeKeyRequest.newBuilder()
                    .setId(id)
                    .setReason(RevocationReason.REVOCATION_REASON_OTHER)
                    .build()));
  }

  private static RunningKeyService service;
  private static StandInTenancy.Branch acme;
  private static StandInTenancy.Branch rival;

  @BeforeAll
  static void start() {
    service = new RunningKeyService();
    acme = service.tenancy().branch("acme");
    rival = service.tenancy().branch("rival");
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  private static String node() {
    return acme.environment().getId();
  }

  private static String freshKey() {
    return service.create(node()).getKey().getId();
  }

  private static Secret key(String nodeId, String... scopes) {
    return Secret.of(service.create(nodeId, scopes).getSecret());
  }

  static Stream<String> calls() {
    return CALLS.keySet().stream();
  }

  private static void call(String name, KeyServiceBlockingStub stub) {
    String id = freshKey();
    Objects.requireNonNull(CALLS.get(name)).accept(stub, id);
  }

  @Test
  void everyCallOfTheService_hasARow() {
    assertThat(CALLS.keySet())
        .containsExactlyInAnyOrderElementsOf(
            KeyServiceGrpc.getServiceDescriptor().getMethods().stream()
                .map(MethodDescriptor::getBareMethodName)
                .toList());
  }

  @Test
  void everyCallOfEveryService_hasAnAccessRule() {
    Stream.of(
            KeyServiceGrpc.getServiceDescriptor(),
            AuthenticationServiceGrpc.getServiceDescriptor(),
            AuditServiceGrpc.getServiceDescriptor(),
            ImportServiceGrpc.getServiceDescriptor(),
            LeakServiceGrpc.getServiceDescriptor())
        .flatMap(service -> service.getMethods().stream())
        .forEach(method -> assertThat(AccessRules.of(method).getRequiredScope()).isNotEmpty());
  }

  @ParameterizedTest
  @MethodSource("calls")
  void withoutAKey_isRefused(String name) {
    Refusals.of(() -> call(name, KeyServiceGrpc.newBlockingStub(service.channel())))
        .hasReason(ErrorReason.ERROR_REASON_CREDENTIAL_MISSING);
  }

  @ParameterizedTest
  @MethodSource("calls")
  void withAWrongKey_isRefused(String name) {
    Refusals.of(() -> call(name, service.keys(Secret.of("lk_live_nonsense"))))
        .hasReason(ErrorReason.ERROR_REASON_CREDENTIAL_INVALID);
  }

  @ParameterizedTest
  @MethodSource("calls")
  void withoutTheScope_isRefused(String name) {
    String other = name.equals("GetKey") || name.equals("ListKeys") ? "write" : "read";
    Secret without = key(acme.organization().getId(), "latchkey.keys:" + other, "*");

    Refusals refusal = Refusals.of(() -> call(name, service.keys(without)));

    refusal.hasReason(ErrorReason.ERROR_REASON_INSUFFICIENT_SCOPE);
    assertThat(refusal.metadata().get("required_scope")).startsWith("latchkey.keys:");
  }

  @ParameterizedTest
  @MethodSource("calls")
  void withAKeyOfAnotherOrganization_thereIsNoSuchThing(String name) {
    Secret stranger = key(rival.organization().getId(), Scopes.KEYS_READ, Scopes.KEYS_WRITE);

    Refusals.of(() -> call(name, service.keys(stranger)))
        .hasReason(ErrorReason.ERROR_REASON_RESOURCE_NOT_FOUND);
  }

  @ParameterizedTest
  @MethodSource("calls")
  void withAKeyOfANodeBelow_thereIsNoSuchThing(String name) {
    Secret below = key(acme.workspace().getId(), Scopes.KEYS_READ, Scopes.KEYS_WRITE);

    Refusals.of(() -> call(name, service.keys(below)))
        .hasReason(ErrorReason.ERROR_REASON_RESOURCE_NOT_FOUND);
  }

  @ParameterizedTest
  @MethodSource("calls")
  void withAKeyOfTheOrganization_isAllowed(String name) {
    call(name, service.keys(key(acme.organization().getId(), Scopes.KEYS_READ, Scopes.KEYS_WRITE)));
  }

  @ParameterizedTest
  @MethodSource("calls")
  void withTheOperatorsKey_isAllowed(String name) {
    call(name, service.keys());
  }

  /** What a member's key gets from a call, by the member's role and by whose key it is about. */
  enum Outcome {
    DONE,
    TOO_LOW,
    NOT_THERE
  }

  static Stream<Arguments> membersCalls() {
    return CALLS.keySet().stream()
        .flatMap(
            name ->
                Stream.of(Role.values())
                    .flatMap(
                        role -> Stream.of(true, false).map(own -> arguments(name, role, own))));
  }

  private static Outcome expected(String name, Role role, boolean own) {
    MethodDescriptor<?, ?> method =
        KeyServiceGrpc.getServiceDescriptor().getMethods().stream()
            .filter(each -> name.equals(each.getBareMethodName()))
            .findFirst()
            .orElseThrow();
    Role needed = Role.leastFor(AccessRules.of(method).getRequiredScope());
    boolean aboutAKey = !name.equals("CreateKey") && !name.equals("ListKeys");
    if (aboutAKey && !own && !role.includes(Role.ADMIN)) {
      return Outcome.NOT_THERE;
    }
    return role.includes(needed) ? Outcome.DONE : Outcome.TOO_LOW;
  }

  @ParameterizedTest
  @MethodSource("membersCalls")
  void withAMembersKey_theRoleDecides(String name, Role role, boolean own) {
    AMember member = MEMBERS.computeIfAbsent(role, KeyAccessTest::member);
    String about = own ? member.keys().remove() : freshKey();
    KeyServiceBlockingStub stub = service.keys(member.caller());
    BiConsumer<KeyServiceBlockingStub, String> call = Objects.requireNonNull(CALLS.get(name));

    switch (expected(name, role, own)) {
      case DONE -> call.accept(stub, about);
      case TOO_LOW ->
          Refusals.of(() -> call.accept(stub, about))
              .hasReason(ErrorReason.ERROR_REASON_ROLE_INSUFFICIENT);
      case NOT_THERE ->
          Refusals.of(() -> call.accept(stub, about))
              .hasReason(ErrorReason.ERROR_REASON_RESOURCE_NOT_FOUND);
    }
  }

  @ParameterizedTest
  @MethodSource("calls")
  void withAKeyOfAnotherOrganizationsOwner_thereIsNoSuchThing(String name) {
    String organization = rival.organization().getId();
    Secret stranger =
        service.memberKey(
            service.member(organization, organization, Role.OWNER),
            organization,
            Scopes.KEYS_READ,
            Scopes.KEYS_WRITE);

    Refusals.of(() -> call(name, service.keys(stranger)))
        .hasReason(ErrorReason.ERROR_REASON_RESOURCE_NOT_FOUND);
  }

  /** A member's key to call with, and keys of the same member to call about. */
  record AMember(Secret caller, ArrayDeque<String> keys) {}

  private static final Map<Role, AMember> MEMBERS = new EnumMap<>(Role.class);

  /** Everybody begins as a MEMBER: no keys are made for a VIEWER. */
  private static AMember member(Role role) {
    String organization = acme.organization().getId();
    String user = service.member(organization, organization, Role.MEMBER);
    AMember member =
        new AMember(
            service.memberKey(user, organization, Scopes.KEYS_READ, Scopes.KEYS_WRITE),
            new ArrayDeque<>());
    for (int i = 0; i < CALLS.size(); i++) {
      member.keys().add(service.createFor(user, node()).getKey().getId());
    }
    service.tenancy().grant(user, organization, role.toMessage());
    service.awaitRole(user, organization, role);
    return member;
  }

  @Test
  void unknownAndForeignKeys_lookTheSame() {
    Secret stranger = key(rival.organization().getId(), Scopes.KEYS_READ);
    String foreign = freshKey();
    String unknown = UUID.randomUUID().toString();

    Refusals ofForeign =
        Refusals.of(
            () -> service.keys(stranger).getKey(GetKeyRequest.newBuilder().setId(foreign).build()));
    Refusals ofUnknown =
        Refusals.of(
            () -> service.keys(stranger).getKey(GetKeyRequest.newBuilder().setId(unknown).build()));

    assertThat(ofForeign.code()).isEqualTo(ofUnknown.code());
    assertThat(ofForeign.reason()).isEqualTo(ofUnknown.reason());
  }

  @Test
  void noKey_makesAKeyThatCanDoMore_byAnyWay() {
    Secret maker = key(acme.organization().getId(), Scopes.KEYS_WRITE, "memories:read");

    Refusals.of(
            () ->
                service
                    .keys(maker)
                    .createKey(
                        CreateKeyRequest.newBuilder()
                            .setNodeId(node())
                            .setName("more")
                            .addScopes("memories:*")
                            .build()))
        .hasReason(ErrorReason.ERROR_REASON_SCOPE_NOT_HELD);
    String stronger = service.create(node(), "memories:write").getKey().getId();
    Refusals.of(
            () ->
                service
                    .keys(maker)
                    .rotateKey(RotateKeyRequest.newBuilder().setId(stronger).build()))
        .hasReason(ErrorReason.ERROR_REASON_SCOPE_NOT_HELD);
    String weaker = service.create(node(), "memories:read").getKey().getId();
    Refusals.of(
            () ->
                service
                    .keys(maker)
                    .updateKey(
                        UpdateKeyRequest.newBuilder()
                            .setId(weaker)
                            .addScopes(Scopes.TENANCY_WRITE)
                            .setUpdateMask(FieldMask.newBuilder().addPaths("scopes"))
                            .build()))
        .hasReason(ErrorReason.ERROR_REASON_SCOPE_NOT_HELD);
  }

  @Test
  void noKey_makesAKeyWithFewerLimitsThanItsOwn() {
    Secret maker =
        Secret.of(
            service
                .keys()
                .createKey(
                    CreateKeyRequest.newBuilder()
                        .setNodeId(acme.organization().getId())
                        .setName("limited")
                        .addScopes(Scopes.KEYS_WRITE)
                        .addAllowedNetworks("127.0.0.0/8")
                        .addResources("folder:/contracts/**")
                        .build())
                .getSecret());
    CreateKeyRequest.Builder wanted =
        CreateKeyRequest.newBuilder().setNodeId(node()).setName("made");

    Refusals.of(() -> service.keys(maker).createKey(wanted.build()))
        .hasReason(ErrorReason.ERROR_REASON_LIMIT_NOT_KEPT);
    wanted.addAllowedNetworks("127.0.0.1");
    Refusals.of(() -> service.keys(maker).createKey(wanted.build()))
        .hasReason(ErrorReason.ERROR_REASON_LIMIT_NOT_KEPT);
    wanted.addResources("folder:/contracts/2026/*");
    assertThat(service.keys(maker).createKey(wanted.build()).getKey().getResourcesList())
        .containsExactly("folder:/contracts/2026/*");
  }

  @Test
  void aKeyOfOtherNetworks_opensNoManagementCallEither() {
    Secret elsewhere =
        Secret.of(
            service
                .keys()
                .createKey(
                    CreateKeyRequest.newBuilder()
                        .setNodeId(acme.organization().getId())
                        .setName("elsewhere")
                        .addScopes(Scopes.KEYS_READ)
                        .addAllowedNetworks("192.0.2.0/24")
                        .build())
                .getSecret());

    Refusals refusal =
        Refusals.of(() -> service.keys(elsewhere).listKeys(ListKeysRequest.getDefaultInstance()));

    refusal.hasReason(ErrorReason.ERROR_REASON_CREDENTIAL_DENIED);
    assertThat(refusal.metadata()).containsEntry("denial_reason", "CLIENT_NETWORK_NOT_ALLOWED");
  }

  @Test
  void authenticate_isForCallersWithItsScopeOnly() {
    AuthenticateRequest request = AuthenticateRequest.newBuilder().setCredential("x").build();

    Refusals.of(
            () ->
                AuthenticationServiceGrpc.newBlockingStub(service.channel()).authenticate(request))
        .hasReason(ErrorReason.ERROR_REASON_CREDENTIAL_MISSING);
    Secret without = key(acme.organization().getId(), Scopes.KEYS_READ);
    Refusals.of(
            () ->
                AuthenticationServiceGrpc.newBlockingStub(service.channel())
                    .withCallCredentials(dev.latchkey.kit.grpc.ServiceCredential.of(without))
                    .authenticate(request))
        .hasReason(ErrorReason.ERROR_REASON_INSUFFICIENT_SCOPE);
    assertThat(service.authenticate("x").hasDenied()).isTrue();
  }
}
