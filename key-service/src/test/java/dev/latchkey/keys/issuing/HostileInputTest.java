package dev.latchkey.keys.issuing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Timestamp;
import dev.latchkey.keys.support.RawCalls;
import dev.latchkey.keys.support.Refusals;
import dev.latchkey.keys.support.RunningKeyService;
import dev.latchkey.proto.errors.v1.ErrorReason;
import dev.latchkey.proto.keys.v1.AuditServiceGrpc;
import dev.latchkey.proto.keys.v1.AuthenticateBatchRequest;
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
import dev.latchkey.proto.tenancy.v1.RateLimit;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every field of every call with values it cannot take: refused by name, and nothing is done. */
final class HostileInputTest {
  private static RunningKeyService service;
  private static String node;
  private static String key;

  @BeforeAll
  static void start() {
    service = new RunningKeyService();
    node = service.tenancy().branch("acme").environment().getId();
    key = service.create(node).getKey().getId();
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  /** One bad request, and the field that the refusal must name. */
  record Bad(String what, String field, Consumer<KeyServiceBlockingStub> call) {
    @Override
    public String toString() {
      return what;
    }
  }

  private static final String LONG = "x".repeat(5_000);
  private static final RateLimit LIMIT =
      RateLimit.newBuilder()
          .setName("data")
          .setAmount(1)
          .setWindow(Duration.newBuilder().setSeconds(1))
          .build();
  private static final Timestamp PAST = Timestamp.newBuilder().setSeconds(1).build();
  private static final Timestamp NO_TIME =
      Timestamp.newBuilder().setSeconds(Long.MAX_VALUE).setNanos(-1).build();
  private static final Timestamp FAR = Timestamp.newBuilder().setSeconds(4_000_000_000L).build();

  private static Bad create(String what, String field, Consumer<CreateKeyRequest.Builder> edit) {
    return new Bad(
        "CreateKey: " + what,
        field,
        stub -> {
          CreateKeyRequest.Builder request =
              CreateKeyRequest.newBuilder().setNodeId(node).setName("good");
          edit.accept(request);
          stub.createKey(request.build());
        });
  }

  private static Bad update(String what, String field, Consumer<UpdateKeyRequest.Builder> edit) {
    return new Bad(
        "UpdateKey: " + what,
        field,
        stub -> {
          UpdateKeyRequest.Builder request =
              UpdateKeyRequest.newBuilder()
                  .setId(key)
                  .setName("good")
                  .setUpdateMask(FieldMask.newBuilder().addPaths("name"));
          edit.accept(request);
          stub.updateKey(request.build());
        });
  }

  private static Bad list(String what, String field, Consumer<ListKeysRequest.Builder> edit) {
    return new Bad(
        "ListKeys: " + what,
        field,
        stub -> {
          ListKeysRequest.Builder request = ListKeysRequest.newBuilder().setNodeId(node);
          edit.accept(request);
          stub.listKeys(request.build());
        });
  }

  private static Consumer<UpdateKeyRequest.Builder> mask(
      String path, Consumer<UpdateKeyRequest.Builder> edit) {
    return request -> {
      request.setUpdateMask(FieldMask.newBuilder().addPaths(path));
      edit.accept(request);
    };
  }

  static Stream<Bad> badRequests() {
    List<Bad> all = new ArrayList<>();
    for (String id : List.of("", "x", LONG, "0190f5a0-0000-7000-8000-00000000000g", "\0")) {
      String what = "id " + (id.length() > 50 ? "too long" : id.replace("\0", "NUL"));
      all.add(create("node_" + what, "node_id", r -> r.setNodeId(id)));
      all.add(update(what, "id", r -> r.setId(id)));
      all.add(
          new Bad(
              "GetKey: " + what,
              "id",
              stub -> stub.getKey(GetKeyRequest.newBuilder().setId(id).build())));
      all.add(
          new Bad(
              "RotateKey: " + what,
              "id",
              stub -> stub.rotateKey(RotateKeyRequest.newBuilder().setId(id).build())));
      all.add(
          new Bad(
              "DisableKey: " + what,
              "id",
              stub -> stub.disableKey(DisableKeyRequest.newBuilder().setId(id).build())));
      all.add(
          new Bad(
              "EnableKey: " + what,
              "id",
              stub -> stub.enableKey(EnableKeyRequest.newBuilder().setId(id).build())));
      all.add(
          new Bad(
              "RevokeKey: " + what,
              "id",
              stub ->
                  stub.revokeKey(
                      RevokeKeyRequest.newBuilder()
                          .setId(id)
                          .setReason(RevocationReason.REVOCATION_REASON_OTHER)
                          .build())));
      if (!id.isEmpty()) {
        all.add(create("request_" + what, "request_id", r -> r.setRequestId(id)));
        all.add(update("request_" + what, "request_id", r -> r.setRequestId(id)));
        all.add(list("node_" + what, "node_id", r -> r.setNodeId(id)));
        all.add(
            new Bad(
                "RotateKey: request_" + what,
                "request_id",
                stub ->
                    stub.rotateKey(
                        RotateKeyRequest.newBuilder().setId(key).setRequestId(id).build())));
        all.add(
            new Bad(
                "DisableKey: request_" + what,
                "request_id",
                stub ->
                    stub.disableKey(
                        DisableKeyRequest.newBuilder().setId(key).setRequestId(id).build())));
        all.add(
            new Bad(
                "EnableKey: request_" + what,
                "request_id",
                stub ->
                    stub.enableKey(
                        EnableKeyRequest.newBuilder().setId(key).setRequestId(id).build())));
        all.add(
            new Bad(
                "RevokeKey: request_" + what,
                "request_id",
                stub ->
                    stub.revokeKey(
                        RevokeKeyRequest.newBuilder()
                            .setId(key)
                            .setReason(RevocationReason.REVOCATION_REASON_OTHER)
                            .setRequestId(id)
                            .build())));
      }
    }
    for (String name : List.of("", "   ", "x".repeat(201), "tab\there", "NUL\0")) {
      all.add(create("name " + name.length(), "name", r -> r.setName(name)));
      all.add(update("name " + name.length(), "name", r -> r.setName(name)));
    }
    all.add(create("unknown mode", "mode", r -> r.setModeValue(99)));
    for (String scope :
        List.of("", "UPPER:read", "a b", "a:*:b", "*x", "x".repeat(101), "latchkey.keys:*", "é")) {
      all.add(create("scope " + scope, "scopes[0]", r -> r.addScopes(scope)));
      all.add(update("scope " + scope, "scopes[0]", mask("scopes", r -> r.addScopes(scope))));
    }
    List<String> many = Collections.nCopies(101, "a:read");
    all.add(create("101 scopes", "scopes", r -> r.addAllScopes(many)));
    for (String role : List.of("", "Upper", "1st", "a b", "a:*", "x".repeat(41), "\0")) {
      all.add(create("role " + role, "roles[0]", r -> r.addRoles(role)));
      all.add(update("role " + role, "roles[0]", mask("roles", r -> r.addRoles(role))));
    }
    all.add(create("a role that is not there", "roles[0]", r -> r.addRoles("nobody")));
    all.add(
        update("a role that is not there", "roles[0]", mask("roles", r -> r.addRoles("nobody"))));
    all.add(create("21 roles", "roles", r -> r.addAllRoles(Collections.nCopies(21, "assistant"))));
    for (String id : List.of("x", LONG, "\0")) {
      all.add(create("owner " + id.length(), "owner_user_id", r -> r.setOwnerUserId(id)));
      all.add(list("owner " + id.length(), "owner_user_id", r -> r.setOwnerUserId(id)));
    }
    all.add(
        create(
            "a service key with an owner",
            "service_key",
            r -> r.setOwnerUserId(UUID.randomUUID().toString()).setServiceKey(true)));
    for (String network :
        List.of("", "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/", "localhost", "fe80::1%eth0", "\0")) {
      String field = "allowed_networks[0]";
      all.add(create("network " + network, field, r -> r.addAllowedNetworks(network)));
      all.add(
          update(
              "network " + network,
              field,
              mask("allowed_networks", r -> r.addAllowedNetworks(network))));
    }
    all.add(
        create(
            "51 networks",
            "allowed_networks",
            r -> r.addAllAllowedNetworks(Collections.nCopies(51, "10.0.0.0/8"))));
    for (String resource :
        List.of("", "folder", "folder:/a//b", "folder:/../a", "folder:/**/**", LONG, "f:/\0")) {
      all.add(create("resource " + resource, "resources[0]", r -> r.addResources(resource)));
      all.add(
          update(
              "resource " + resource,
              "resources[0]",
              mask("resources", r -> r.addResources(resource))));
    }
    all.add(
        create(
            "101 resources",
            "resources",
            r -> r.addAllResources(Collections.nCopies(101, "folder:/a"))));
    for (RateLimit limit :
        List.of(
            RateLimit.getDefaultInstance(),
            LIMIT.toBuilder().setName("Data").build(),
            LIMIT.toBuilder().setName(LONG).build(),
            LIMIT.toBuilder().setName("\0").build())) {
      String field = "rate_limits[0].name";
      all.add(create("limit's name", field, r -> r.addRateLimits(limit)));
      all.add(update("limit's name", field, mask("rate_limits", r -> r.addRateLimits(limit))));
    }
    for (long amount : new long[] {0, -1, Long.MAX_VALUE}) {
      RateLimit limit = LIMIT.toBuilder().setAmount(amount).build();
      all.add(create("amount " + amount, "rate_limits[0].amount", r -> r.addRateLimits(limit)));
    }
    for (long seconds : new long[] {0, -1, 31 * 86_400 + 1, Long.MAX_VALUE}) {
      RateLimit limit =
          LIMIT.toBuilder().setWindow(Duration.newBuilder().setSeconds(seconds)).build();
      all.add(create("window " + seconds, "rate_limits[0].window", r -> r.addRateLimits(limit)));
    }
    RateLimit burst = LIMIT.toBuilder().setBurst(-1).build();
    all.add(create("burst", "rate_limits[0].burst", r -> r.addRateLimits(burst)));
    RateLimit shared = LIMIT.toBuilder().setShared(true).build();
    all.add(create("shared", "rate_limits[0].shared", r -> r.addRateLimits(shared)));
    all.add(
        create(
            "limit twice",
            "rate_limits[1].name",
            r -> r.addRateLimits(LIMIT).addRateLimits(LIMIT)));
    all.add(
        create(
            "21 limits", "rate_limits", r -> r.addAllRateLimits(Collections.nCopies(21, LIMIT))));
    all.add(create("metadata key", "metadata[\"a b\"]", r -> r.putMetadata("a b", "v")));
    all.add(create("metadata value", "metadata[\"k\"]", r -> r.putMetadata("k", LONG)));
    all.add(create("metadata NUL", "metadata[\"k\"]", r -> r.putMetadata("k", "a\0b")));
    all.add(
        create(
            "51 entries",
            "metadata",
            r -> {
              for (int i = 0; i < 51; i++) {
                r.putMetadata("k" + i, "v");
              }
            }));
    all.add(
        create(
            "8 KiB",
            "metadata",
            r -> {
              for (int i = 0; i < 20; i++) {
                r.putMetadata("k" + i, "v".repeat(499));
              }
            }));
    all.add(create("expired", "expire_time", r -> r.setExpireTime(PAST)));
    all.add(create("no time", "expire_time", r -> r.setExpireTime(NO_TIME)));
    all.add(create("no time", "not_before", r -> r.setNotBefore(NO_TIME)));
    all.add(create("ends first", "expire_time", r -> r.setExpireTime(FAR).setNotBefore(FAR)));
    all.add(update("expired", "expire_time", mask("expire_time", r -> r.setExpireTime(PAST))));
    all.add(update("no time", "not_before", mask("not_before", r -> r.setNotBefore(NO_TIME))));
    all.add(update("no mask", "update_mask", UpdateKeyRequest.Builder::clearUpdateMask));
    all.add(update("unknown path", "update_mask", mask("secret", r -> {})));
    all.add(update("all paths", "update_mask", mask("*", r -> {})));
    all.add(
        update(
            "path twice",
            "update_mask",
            r -> r.setUpdateMask(FieldMask.newBuilder().addPaths("name").addPaths("name"))));
    for (long seconds : new long[] {-1, 30 * 86_400 + 1, Long.MAX_VALUE}) {
      all.add(
          new Bad(
              "RotateKey: grace of " + seconds,
              "grace_period",
              stub ->
                  stub.rotateKey(
                      RotateKeyRequest.newBuilder()
                          .setId(key)
                          .setGracePeriod(Duration.newBuilder().setSeconds(seconds))
                          .build())));
    }
    all.add(
        new Bad(
            "RotateKey: negative nanoseconds",
            "grace_period",
            stub ->
                stub.rotateKey(
                    RotateKeyRequest.newBuilder()
                        .setId(key)
                        .setGracePeriod(Duration.newBuilder().setNanos(-5))
                        .build())));
    all.add(
        new Bad(
            "RevokeKey: no reason",
            "reason",
            stub -> stub.revokeKey(RevokeKeyRequest.newBuilder().setId(key).build())));
    all.add(
        new Bad(
            "RevokeKey: unknown reason",
            "reason",
            stub ->
                stub.revokeKey(
                    RevokeKeyRequest.newBuilder().setId(key).setReasonValue(77).build())));
    all.add(
        new Bad(
            "RevokeKey: long note",
            "note",
            stub ->
                stub.revokeKey(
                    RevokeKeyRequest.newBuilder()
                        .setId(key)
                        .setReason(RevocationReason.REVOCATION_REASON_OTHER)
                        .setNote(LONG)
                        .build())));
    all.add(list("negative size", "page_size", r -> r.setPageSize(-1)));
    all.add(list("unknown state", "state", r -> r.setStateValue(42)));
    all.add(list("long name", "name_contains", r -> r.setNameContains(LONG)));
    all.add(list("NUL in name", "name_contains", r -> r.setNameContains("\0")));
    all.add(list("long prefix", "prefix", r -> r.setPrefix(LONG)));
    all.add(list("3 characters", "last_characters", r -> r.setLastCharacters("abc")));
    all.add(
        list(
            "below nothing",
            "include_descendants",
            r -> r.clearNodeId().setIncludeDescendants(true)));
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("badRequests")
  void aBadField_isRefusedByName_andNothingIsDone(Bad bad) throws SQLException {
    String before = everyKey();

    Refusals refusal = Refusals.of(() -> bad.call().accept(service.keys()));

    refusal.hasReason(ErrorReason.ERROR_REASON_INVALID_REQUEST);
    assertThat(refusal.fields()).contains(bad.field());
    assertThat(everyKey()).isEqualTo(before);
  }

  private static String everyKey() throws SQLException {
    try (Connection connection = service.database();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT string_agg(k::text, ';' ORDER BY id) FROM api_key k")) {
      row.next();
      return row.getString(1);
    }
  }

  @Test
  void allThatIsWrong_isNamedAtOnce() {
    Refusals refusal =
        Refusals.of(
            () ->
                service
                    .keys()
                    .createKey(
                        CreateKeyRequest.newBuilder()
                            .setNodeId("x")
                            .addScopes("A")
                            .setExpireTime(PAST)
                            .build()));

    assertThat(refusal.fields()).contains("node_id", "name", "scopes[0]", "expire_time");
  }

  @Test
  void unknownIds_areNotFound() {
    String unknown = UUID.randomUUID().toString();
    Refusals.of(() -> service.keys().getKey(GetKeyRequest.newBuilder().setId(unknown).build()))
        .hasReason(ErrorReason.ERROR_REASON_RESOURCE_NOT_FOUND);
    Refusals.of(
            () -> service.keys().disableKey(DisableKeyRequest.newBuilder().setId(unknown).build()))
        .hasReason(ErrorReason.ERROR_REASON_RESOURCE_NOT_FOUND);
  }

  @Test
  void bytesThatAreNoMessage_areTheCallersMistake_inEveryCall() {
    byte[] noMessage = {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF};
    byte[] noUtf8 = {0x0A, 0x01, (byte) 0xC3};
    byte[] noUtf8Within = {0x12, 0x03, 0x0A, 0x01, (byte) 0xC3};
    Stream.of(
            KeyServiceGrpc.getServiceDescriptor(),
            AuthenticationServiceGrpc.getServiceDescriptor(),
            AuditServiceGrpc.getServiceDescriptor(),
            ImportServiceGrpc.getServiceDescriptor(),
            LeakServiceGrpc.getServiceDescriptor())
        .flatMap(description -> description.getMethods().stream())
        .forEach(
            method -> {
              boolean isStream =
                  method.equals(AuthenticationServiceGrpc.getAuthenticateStreamMethod());
              for (byte[] bytes : List.of(noMessage, isStream ? noUtf8Within : noUtf8)) {
                Refusals.of(() -> RawCalls.send(service, method.getFullMethodName(), bytes))
                    .hasReason(ErrorReason.ERROR_REASON_INVALID_REQUEST);
              }
            });
  }

  @Test
  void wrongFieldsOfAuthenticate_areNamed_butNoCredentialIsEverAnError() {
    Refusals address =
        Refusals.of(
            () ->
                service
                    .authentication()
                    .authenticate(
                        AuthenticateRequest.newBuilder().setClientAddress("localhost").build()));
    assertThat(address.fields()).containsExactly("client_address");

    Refusals batch =
        Refusals.of(
            () ->
                service
                    .authentication()
                    .authenticateBatch(
                        AuthenticateBatchRequest.newBuilder()
                            .addRequests(AuthenticateRequest.getDefaultInstance())
                            .addRequests(AuthenticateRequest.newBuilder().addRequiredScopes(""))
                            .build()));
    assertThat(batch.fields()).containsExactly("requests[1].required_scopes[0]");
    assertThat(
            Refusals.of(
                    () ->
                        service
                            .authentication()
                            .authenticateBatch(AuthenticateBatchRequest.getDefaultInstance()))
                .fields())
        .containsExactly("requests");

    Refusals resource =
        Refusals.of(
            () ->
                service
                    .authentication()
                    .authenticate(
                        AuthenticateRequest.newBuilder().setResource("folder:/a/*").build()));
    assertThat(resource.fields()).containsExactly("resource");

    for (String limit : List.of("Data", "1a", "\0", LONG, "a b")) {
      assertThat(wrong(AuthenticateRequest.newBuilder().setLimit(limit))).containsExactly("limit");
    }
    for (long cost : new long[] {-1, 1_000_001, Long.MIN_VALUE, Long.MAX_VALUE}) {
      assertThat(wrong(AuthenticateRequest.newBuilder().setCost(cost))).containsExactly("cost");
    }

    for (String credential : List.of("\0", LONG, "é".repeat(60), "mk_live_", "_".repeat(80))) {
      assertThat(service.authenticate(credential).hasDenied()).isTrue();
    }
  }

  private static List<String> wrong(AuthenticateRequest.Builder request) {
    return Refusals.of(() -> service.authentication().authenticate(request.build())).fields();
  }
}
