package dev.latchkey.keys.feed;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.FieldMask;
import dev.latchkey.keys.hashing.KeyHash;
import dev.latchkey.keys.support.Conditions;
import dev.latchkey.keys.support.ImportClient;
import dev.latchkey.keys.support.RunningKeyService;
import dev.latchkey.keys.support.StandInTenancy;
import dev.latchkey.kit.access.Role;
import dev.latchkey.kit.database.Sql;
import dev.latchkey.kit.grpc.ServiceCredential;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.CreateKeyResponse;
import dev.latchkey.proto.keys.v1.CreditServiceGrpc;
import dev.latchkey.proto.keys.v1.CreditServiceGrpc.CreditServiceBlockingStub;
import dev.latchkey.proto.keys.v1.Credits;
import dev.latchkey.proto.keys.v1.DenialReason;
import dev.latchkey.proto.keys.v1.DisableKeyRequest;
import dev.latchkey.proto.keys.v1.EnableKeyRequest;
import dev.latchkey.proto.keys.v1.ImportedKey;
import dev.latchkey.proto.keys.v1.LeakServiceGrpc;
import dev.latchkey.proto.keys.v1.RemoveCreditsRequest;
import dev.latchkey.proto.keys.v1.ReportLeakedKeyRequest;
import dev.latchkey.proto.keys.v1.RevocationReason;
import dev.latchkey.proto.keys.v1.RevokeKeyRequest;
import dev.latchkey.proto.keys.v1.RotateKeyRequest;
import dev.latchkey.proto.keys.v1.SetCreditsRequest;
import dev.latchkey.proto.keys.v1.UpdateKeyRequest;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Three nodes on one database: what one has acknowledged, the others know within a second. */
final class KeyFeedTest {
  private static final double BOUND_MILLIS = 1_000;

  private static final HeardChanges[] HEARD = {
    new HeardChanges(), new HeardChanges(), new HeardChanges()
  };
  private static final FailingMemory FAILING = new FailingMemory();
  private static final List<RunningKeyService> NODES = new ArrayList<>();
  private static StandInTenancy.Branch acme;

  @BeforeAll
  static void start() {
    NODES.add(new RunningKeyService(Map.of(), HEARD[0]));
    NODES.add(RunningKeyService.beside(NODES.getFirst(), Map.of(), HEARD[1], FAILING));
    // One node goes without hints.
    NODES.add(
        RunningKeyService.beside(
            NODES.getFirst(), Map.of("LATCHKEY_DATABASE_NOTIFY", "off"), HEARD[2]));
    acme = NODES.getFirst().tenancy().branch("acme");
  }

  @AfterAll
  static void stop() {
    NODES.reversed().forEach(RunningKeyService::close);
  }

  private static RunningKeyService writer() {
    return NODES.getFirst();
  }

  private static List<RunningKeyService> others() {
    return NODES.subList(1, NODES.size());
  }

  private static CreateKeyResponse key(String... scopes) {
    return writer().create(acme.environment().getId(), scopes);
  }

  /** How long after a change's acknowledgement each other node knows it, in milliseconds. */
  private static double knownEverywhere(String what, Predicate<RunningKeyService> known) {
    long acknowledged = System.nanoTime();
    for (RunningKeyService node : others()) {
      Conditions.await(what, () -> known.test(node));
    }
    double millis = (System.nanoTime() - acknowledged) / 1e6;
    assertThat(millis).as(what).isLessThan(BOUND_MILLIS);
    return millis;
  }

  private static double deniedEverywhere(String what, String credential, DenialReason reason) {
    return knownEverywhere(what, node -> node.denial(credential) == reason);
  }

  private static void allowedEverywhere(String credential) {
    NODES.forEach(node -> assertThat(node.authenticate(credential).hasAllowed()).isTrue());
  }

  private static CreditServiceBlockingStub credits() {
    return CreditServiceGrpc.newBlockingStub(writer().channel())
        .withCallCredentials(ServiceCredential.of(writer().platformKey("operator")));
  }

  private static void revoke(CreateKeyResponse key) {
    var _ =
        writer()
            .keys()
            .revokeKey(
                RevokeKeyRequest.newBuilder()
                    .setId(key.getKey().getId())
                    .setReason(RevocationReason.REVOCATION_REASON_COMPROMISED)
                    .build());
  }

  @Test
  void revocation_isKnownEverywhere_withinTheBound() {
    double[] millis = new double[200];
    for (int i = 0; i < millis.length; i++) {
      CreateKeyResponse key = key();
      allowedEverywhere(key.getSecret());
      revoke(key);
      millis[i] = deniedEverywhere("revoked", key.getSecret(), DenialReason.DENIAL_REASON_REVOKED);
    }
    Arrays.sort(millis);
    System.out.printf(
        "revocations known on 3 nodes: p50 %.1f ms, p99 %.1f ms, worst %.1f ms of %d%n",
        millis[millis.length / 2],
        millis[millis.length * 99 / 100],
        millis[millis.length - 1],
        millis.length);
  }

  @Test
  void disabledAndEnabledKey_isKnownEverywhere() {
    CreateKeyResponse key = key();
    allowedEverywhere(key.getSecret());
    String id = key.getKey().getId();

    var _ = writer().keys().disableKey(DisableKeyRequest.newBuilder().setId(id).build());
    print(
        "disable",
        deniedEverywhere("disabled", key.getSecret(), DenialReason.DENIAL_REASON_DISABLED));

    var _ = writer().keys().enableKey(EnableKeyRequest.newBuilder().setId(id).build());
    print(
        "enable",
        knownEverywhere("enabled", node -> node.authenticate(key.getSecret()).hasAllowed()));
  }

  private static void print(String what, double millis) {
    System.out.printf("%s known on 3 nodes after %.1f ms%n", what, millis);
  }

  @Test
  void scopeThatWasRemoved_isKnownEverywhere() {
    CreateKeyResponse key = key("files:read", "files:write");
    allowedEverywhere(key.getSecret());

    var _ =
        writer()
            .keys()
            .updateKey(
                UpdateKeyRequest.newBuilder()
                    .setId(key.getKey().getId())
                    .addScopes("files:read")
                    .setUpdateMask(FieldMask.newBuilder().addPaths("scopes"))
                    .build());

    print(
        "removed scope",
        knownEverywhere(
            "the scope is gone",
            node ->
                node.authentication()
                    .authenticate(
                        AuthenticateRequest.newBuilder()
                            .setCredential(key.getSecret())
                            .addRequiredScopes("files:write")
                            .build())
                    .hasDenied()));
  }

  @Test
  void rotatedKey_isKnownEverywhere() {
    CreateKeyResponse key = key();
    allowedEverywhere(key.getSecret());

    String successor =
        writer()
            .keys()
            .rotateKey(
                RotateKeyRequest.newBuilder()
                    .setId(key.getKey().getId())
                    .setGracePeriod(com.google.protobuf.Duration.getDefaultInstance())
                    .build())
            .getSecret();

    allowedEverywhere(successor);
    print(
        "rotation",
        deniedEverywhere("rotated", key.getSecret(), DenialReason.DENIAL_REASON_REVOKED));
  }

  @Test
  void importedKey_isKnown_whereItsTextWasRefusedBefore() {
    String first = "first-text-of-elsewhere-" + UUID.randomUUID();
    others().forEach(node -> assertThat(node.authenticate(first).hasDenied()).isTrue());

    importKey(first);
    print(
        "first import", knownEverywhere("imported", node -> node.authenticate(first).hasAllowed()));

    // From now on foreign texts are looked up, and that there is no such key is remembered.
    String second = "second-text-of-elsewhere-" + UUID.randomUUID();
    others().forEach(node -> assertThat(node.authenticate(second).hasDenied()).isTrue());
    importKey(second);
    print(
        "second import",
        knownEverywhere("imported too", node -> node.authenticate(second).hasAllowed()));
  }

  private static void importKey(String text) {
    var _ =
        ImportClient.once(
            writer(),
            ImportedKey.newBuilder()
                .setPlainText(text)
                .setNodeId(acme.environment().getId())
                .setName("from elsewhere")
                .build());
  }

  @Test
  void leakedKey_isStoppedEverywhere() {
    CreateKeyResponse key = key();
    allowedEverywhere(key.getSecret());

    var _ =
        LeakServiceGrpc.newBlockingStub(writer().channel())
            .withCallCredentials(ServiceCredential.of(writer().platformKey("edge")))
            .reportLeakedKey(
                ReportLeakedKeyRequest.newBuilder().setCredential(key.getSecret()).build());

    print("leak", deniedEverywhere("stopped", key.getSecret(), DenialReason.DENIAL_REASON_REVOKED));
  }

  @Test
  void keysOfAMemberWhoIsGone_stayStoppedEverywhere_whenTheMemberComesBack() {
    String organization = acme.organization().getId();
    String user = writer().member(organization, acme.environment().getId(), Role.MEMBER);
    String secret = writer().memberKey(user, acme.environment().getId()).reveal();
    for (RunningKeyService node : NODES) {
      node.awaitRole(user, acme.environment().getId(), Role.MEMBER);
    }
    allowedEverywhere(secret);

    writer().tenancy().revoke(user, acme.environment().getId());
    var _ = deniedEverywhere("gone", secret, DenialReason.DENIAL_REASON_OWNER_INACTIVE);
    writer().tenancy().grant(user, acme.environment().getId(), Role.MEMBER.toMessage());
    for (RunningKeyService node : NODES) {
      node.awaitRole(user, acme.environment().getId(), Role.MEMBER);
    }

    NODES.forEach(
        node ->
            assertThat(node.denial(secret)).isEqualTo(DenialReason.DENIAL_REASON_OWNER_INACTIVE));
  }

  @Test
  void creditsThatWereSetToNothing_areHeldNowhere() {
    CreateKeyResponse key = key();
    setCredits(SetCreditsRequest.newBuilder().setKeyId(key.getKey().getId()), 100_000);
    // Each node leases some.
    NODES.forEach(node -> Conditions.await("some is drawn", () -> admits(node, key)));

    setCredits(SetCreditsRequest.newBuilder().setKeyId(key.getKey().getId()), 0);

    print("credits set to 0", knownEverywhere("nothing is left", node -> !admits(node, key)));
  }

  @Test
  void accountOfAKey_isKnownEverywhere_fromItsOpeningToItsClosing() {
    CreateKeyResponse key = key();
    allowedEverywhere(key.getSecret());

    setCredits(SetCreditsRequest.newBuilder().setKeyId(key.getKey().getId()), 0);
    print("opened account", knownEverywhere("an empty account", node -> !admits(node, key)));

    var _ =
        credits()
            .removeCredits(
                RemoveCreditsRequest.newBuilder().setKeyId(key.getKey().getId()).build());
    print("closed account", knownEverywhere("no account", node -> admits(node, key)));
  }

  @Test
  void accountOfANode_isKnownEverywhere_fromItsOpeningToItsClosing() {
    String workspace = acme.workspace().getId();
    CreateKeyResponse key = writer().create(workspace);
    allowedEverywhere(key.getSecret());

    setCredits(SetCreditsRequest.newBuilder().setNodeId(workspace), 0);
    print("opened account of a node", knownEverywhere("empty", node -> !admits(node, key)));

    var _ = credits().removeCredits(RemoveCreditsRequest.newBuilder().setNodeId(workspace).build());
    print("closed account of a node", knownEverywhere("none", node -> admits(node, key)));
  }

  private static void setCredits(SetCreditsRequest.Builder whose, long remaining) {
    var _ =
        credits()
            .setCredits(whose.setCredits(Credits.newBuilder().setRemaining(remaining)).build());
  }

  private static boolean admits(RunningKeyService node, CreateKeyResponse key) {
    return node.authenticate(key.getSecret()).hasAllowed();
  }

  @Test
  void newKey_needsNoRow_andIsKnownAtOnce() throws SQLException {
    CreateKeyResponse key = key();

    allowedEverywhere(key.getSecret());
    try (Connection database = writer().database()) {
      assertThat(
              Sql.first(
                  database,
                  "SELECT 1 FROM key_change WHERE ? = ANY (key_ids)",
                  row -> true,
                  UUID.fromString(key.getKey().getId())))
          .isEmpty();
    }
  }

  @Test
  void fiftyWriters_committingInAnyOrder_noNodeMissesOrRepeatsAChange() throws Exception {
    Set<UUID> written = ConcurrentHashMap.newKeySet();
    Set<UUID> undone = ConcurrentHashMap.newKeySet();
    long end = System.nanoTime() + Duration.ofSeconds(4).toNanos();
    List<Callable<Boolean>> writers = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      Random random = new Random(i);
      writers.add(
          () -> {
            try (Connection connection = writer().database()) {
              connection.setAutoCommit(false);
              while (System.nanoTime() < end) {
                write(connection, random, written, undone);
              }
            }
            return true;
          });
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Boolean> done : threads.invokeAll(writers)) {
        assertThat(done.get()).isTrue();
      }
    }

    for (HeardChanges heard : HEARD) {
      Conditions.await("all is read", () -> heard.keyIds.containsAll(written));
      List<UUID> ours =
          heard.keyIds.stream().filter(id -> written.contains(id) || undone.contains(id)).toList();
      assertThat(ours)
          .as("each once, and none undone")
          .containsExactlyInAnyOrderElementsOf(written);
    }
    System.out.printf(
        "50 writers: %d changes, %d undone, each read once by 3 nodes%n",
        written.size(), undone.size());
  }

  private static void write(
      Connection connection, Random random, Set<UUID> written, Set<UUID> undone)
      throws SQLException {
    UUID id = UUID.randomUUID();
    Touched touched = new Touched();
    touched.key(id, new KeyHash(0, 0, 0, id.getMostSignificantBits()));
    ChangeLog.write(connection, touched);
    // So that later ones commit before it.
    LockSupport.parkNanos(random.nextInt(100_000_000));
    if (random.nextInt(5) == 0) {
      undone.add(id);
      connection.rollback();
    } else {
      connection.commit();
      written.add(id);
    }
  }

  @Test
  void listeningConnectionThatIsKilled_costsNoChange_andComesBack() throws SQLException {
    try (Connection database = writer().database()) {
      BooleanSupplier listens = () -> listeners(database) == 2;
      Conditions.await("two nodes listen", listens);
      assertThat(
              Sql.list(
                  database,
                  """
                  SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                  WHERE application_name = 'latchkey-hints' AND datname = current_database()
                  """,
                  row -> row.getBoolean(1)))
          .containsExactly(true, true);

      CreateKeyResponse key = key();
      allowedEverywhere(key.getSecret());
      revoke(key);
      print(
          "revocation without hints",
          deniedEverywhere("revoked", key.getSecret(), DenialReason.DENIAL_REASON_REVOKED));
      Conditions.await("two nodes listen again", listens);
    }
  }

  @Test
  void changeThatCouldNotBeApplied_isReadAgain_untilItIs() throws SQLException {
    try (Connection database = writer().database()) {
      UUID id = UUID.randomUUID();
      FAILING.refuse(id, 3);
      Touched touched = new Touched();
      touched.key(id, new KeyHash(0, 0, 0, id.getMostSignificantBits()));
      ChangeLog.write(database, touched);

      Conditions.await("it holds", () -> HEARD[1].keyIds.contains(id));

      assertThat(FAILING.failuresLeft).hasValue(0);
      assertThat(HEARD[1].keyIds.stream().filter(id::equals)).hasSize(1);
    }
  }

  private static int listeners(Connection database) {
    return Sql.list(
            database,
            """
            SELECT pid FROM pg_stat_activity
            WHERE application_name = 'latchkey-hints' AND datname = current_database()
            """,
            row -> row.getInt("pid"))
        .size();
  }
}
