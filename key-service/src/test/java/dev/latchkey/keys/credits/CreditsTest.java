package dev.latchkey.keys.credits;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import com.zaxxer.hikari.HikariDataSource;
import dev.latchkey.keys.support.Conditions;
import dev.latchkey.keys.support.Refusals;
import dev.latchkey.keys.support.RunningKeyService;
import dev.latchkey.keys.support.StandInTenancy;
import dev.latchkey.kit.grpc.ServiceCredential;
import dev.latchkey.proto.errors.v1.ErrorReason;
import dev.latchkey.proto.keys.v1.AddCreditsRequest;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc.AuthenticationServiceBlockingStub;
import dev.latchkey.proto.keys.v1.CreateKeyRequest;
import dev.latchkey.proto.keys.v1.CreateKeyResponse;
import dev.latchkey.proto.keys.v1.CreditServiceGrpc;
import dev.latchkey.proto.keys.v1.CreditServiceGrpc.CreditServiceBlockingStub;
import dev.latchkey.proto.keys.v1.Credits;
import dev.latchkey.proto.keys.v1.DenialReason;
import dev.latchkey.proto.keys.v1.Denied;
import dev.latchkey.proto.keys.v1.GetCreditsRequest;
import dev.latchkey.proto.keys.v1.GetKeyRequest;
import dev.latchkey.proto.keys.v1.Refill;
import dev.latchkey.proto.keys.v1.RefillInterval;
import dev.latchkey.proto.keys.v1.RemoveCreditsRequest;
import dev.latchkey.proto.keys.v1.RotateKeyRequest;
import dev.latchkey.proto.keys.v1.RotateKeyResponse;
import dev.latchkey.proto.keys.v1.SetCreditsRequest;
import dev.latchkey.proto.tenancy.v1.RateLimit;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Credits to the last one, through the whole service and its database. */
final class CreditsTest {
  private static RunningKeyService service;
  private static StandInTenancy.Branch acme;

  @BeforeAll
  static void start() {
    service = new RunningKeyService();
    acme = service.tenancy().branch("acme");
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  private static CreditServiceBlockingStub credits() {
    return CreditServiceGrpc.newBlockingStub(service.channel())
        .withCallCredentials(ServiceCredential.of(service.platformKey("operator")));
  }

  private static CreateKeyResponse key(long remaining) {
    return key(acme.environment().getId(), remaining);
  }

  private static CreateKeyResponse key(String nodeId, long remaining) {
    return service
        .keys()
        .createKey(
            CreateKeyRequest.newBuilder()
                .setNodeId(nodeId)
                .setName("paying")
                .setCredits(Credits.newBuilder().setRemaining(remaining))
                .build());
  }

  private static AuthenticateResponse ask(
      AuthenticationServiceBlockingStub on, CreateKeyResponse key, long cost) {
    return on.authenticate(
        AuthenticateRequest.newBuilder().setCredential(key.getSecret()).setCost(cost).build());
  }

  private static AuthenticateResponse ask(CreateKeyResponse key, long cost) {
    return ask(service.authentication(), key, cost);
  }

  private static Denied exhausted(CreateKeyResponse key, long cost) {
    Denied denied = ask(key, cost).getDenied();
    assertThat(denied.getReason()).isEqualTo(DenialReason.DENIAL_REASON_QUOTA_EXHAUSTED);
    return denied;
  }

  private static long remaining(CreateKeyResponse key) {
    return credits()
        .getCredits(GetCreditsRequest.newBuilder().setKeyId(key.getKey().getId()).build())
        .getCredits()
        .getRemaining();
  }

  private static Credits set(CreateKeyResponse key, Credits.Builder wanted) {
    return credits()
        .setCredits(
            SetCreditsRequest.newBuilder()
                .setKeyId(key.getKey().getId())
                .setCredits(wanted)
                .build())
        .getCredits();
  }

  /** From now on the node cannot use its database. */
  private static void cutOff(RunningKeyService node) throws SQLException {
    node.host().context().getBean(DataSource.class).unwrap(HikariDataSource.class).close();
  }

  /** Many threads that draw 1 each, for as long as they are told to; counts what was admitted. */
  private static final class Drawing implements AutoCloseable {
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Future<?>> running = new ArrayList<>();
    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicInteger denied = new AtomicInteger();
    final AtomicInteger admitted = new AtomicInteger();

    Drawing(CreateKeyResponse key, int perNode, RunningKeyService... nodes) {
      for (RunningKeyService node : nodes) {
        AuthenticationServiceBlockingStub stub = node.authentication();
        for (int i = 0; i < perNode; i++) {
          running.add(threads.submit(() -> draw(stub, key)));
        }
      }
    }

    private void draw(AuthenticationServiceBlockingStub stub, CreateKeyResponse key) {
      while (!stop.get()) {
        if (ask(stub, key, 1).hasAllowed()) {
          admitted.incrementAndGet();
        } else {
          denied.incrementAndGet();
        }
      }
    }

    void awaitDenials(int more) {
      int before = denied.get();
      Conditions.await("denied " + more + " times", () -> denied.get() >= before + more);
    }

    @Override
    public void close() throws Exception {
      stop.set(true);
      for (Future<?> each : running) {
        each.get();
      }
      threads.close();
    }
  }

  @Test
  void hundredThreads_getExactlyWhatThereIs() throws Exception {
    CreateKeyResponse key = key(10_000);
    Drawing drawing = new Drawing(key, 100, service);
    try (drawing) {
      drawing.awaitDenials(300);
    }

    assertThat(drawing.admitted).hasValue(10_000);
    assertThat(remaining(key)).isZero();
  }

  @Test
  void twoNodes_getExactlyWhatThereIs_together() throws Exception {
    CreateKeyResponse key = key(5_000);
    try (RunningKeyService second = RunningKeyService.beside(service)) {
      Drawing drawing = new Drawing(key, 30, service, second);
      try (drawing) {
        Conditions.await("all are taken", () -> drawing.admitted.get() >= 5_000);
        drawing.awaitDenials(200);
      }
      assertThat(drawing.admitted).hasValue(5_000);
      assertThat(ask(second.authentication(), key, 1).hasDenied()).isTrue();
    }
  }

  @Test
  void addingWhileManyDraw_losesNothingAndGivesNothingAway() throws Exception {
    CreateKeyResponse key = key(1_000);
    Drawing drawing = new Drawing(key, 50, service);
    try (drawing) {
      for (int i = 0; i < 20; i++) {
        var _ =
            credits()
                .addCredits(
                    AddCreditsRequest.newBuilder()
                        .setKeyId(key.getKey().getId())
                        .setAmount(100)
                        .build());
      }
      Conditions.await("all are taken", () -> drawing.admitted.get() >= 3_000);
      drawing.awaitDenials(100);
    }

    assertThat(drawing.admitted).hasValue(3_000);
  }

  @Test
  void settingToZero_stopsAtOnce_whateverIsLeased() throws Exception {
    CreateKeyResponse key = key(100_000);
    Drawing drawing = new Drawing(key, 20, service);
    try (drawing) {
      Conditions.await("under way", () -> drawing.admitted.get() > 500);
      set(key, Credits.newBuilder());
      exhausted(key, 1);
      drawing.awaitDenials(50);
    }
    assertThat(remaining(key)).isZero();

    set(key, Credits.newBuilder().setRemaining(7));
    assertThat(ask(key, 7).getAllowed().getCredits(0).getRemaining()).isZero();
    exhausted(key, 1);
    var _ =
        credits()
            .addCredits(
                AddCreditsRequest.newBuilder().setKeyId(key.getKey().getId()).setAmount(1).build());
    assertThat(ask(key, 1).hasAllowed()).as("holds before the call returns").isTrue();
  }

  @Test
  void costs_areTakenWholeOrNotAtAll_andGetCreditsIsExact() {
    CreateKeyResponse key = key(10);
    assertThat(ask(key, 4).getAllowed().getCredits(0).getRemaining()).isEqualTo(6);
    Denied denied = exhausted(key, 7);
    assertThat(denied.getCredits(0).getRemaining()).isEqualTo(6);
    assertThat(denied.hasRetryAfter()).isFalse();
    assertThat(ask(key, 0).hasAllowed()).isTrue();
    assertThat(remaining(key)).isEqualTo(6);
    assertThat(ask(key, 6).hasAllowed()).isTrue();
    assertThat(ask(key, 0).hasAllowed()).isTrue();
    exhausted(key, 1);
    assertThat(
            service
                .keys()
                .getKey(GetKeyRequest.newBuilder().setId(key.getKey().getId()).build())
                .getKey()
                .getCredits()
                .getRemaining())
        .isZero();
  }

  @Test
  void refill_comesAtMidnight_neitherBeforeNorTwice() {
    CreateKeyResponse key = key(0);
    Credits opened =
        set(
            key,
            Credits.newBuilder()
                .setRemaining(2)
                .setRefill(
                    Refill.newBuilder()
                        .setInterval(RefillInterval.REFILL_INTERVAL_DAILY)
                        .setAmount(5)));
    Instant midnight = Instant.ofEpochSecond(opened.getNextRefillTime().getSeconds());
    assertThat(midnight).isEqualTo(midnight.truncatedTo(ChronoUnit.DAYS));
    assertThat(midnight.atOffset(ZoneOffset.UTC).toLocalDate())
        .isEqualTo(service.clock().instant().atOffset(ZoneOffset.UTC).toLocalDate().plusDays(1));
    assertThat(ask(key, 2).hasAllowed()).isTrue();
    Denied denied = exhausted(key, 1);
    java.time.Duration untilMidnight =
        java.time.Duration.between(service.clock().instant(), midnight);
    assertThat(denied.getRetryAfter().getSeconds())
        .isBetween(untilMidnight.toSeconds(), untilMidnight.toSeconds() + 2);

    service.clock().advance(untilMidnight.minusSeconds(30));
    exhausted(key, 1);
    service.clock().advance(java.time.Duration.ofSeconds(31));
    assertThat(remaining(key)).isEqualTo(5);
    assertThat(ask(key, 1).getAllowed().getCredits(0).getRemaining()).isEqualTo(4);
    service.clock().advance(java.time.Duration.ofMinutes(-1));
    assertThat(ask(key, 1).hasAllowed()).isTrue();
    service.clock().advance(java.time.Duration.ofSeconds(61));
    assertThat(remaining(key)).as("no second refill for a clock that jumps").isEqualTo(3);
    service.clock().advance(untilMidnight.negated());
  }

  @Test
  void keyAndNode_bothPay_orNeither() {
    StandInTenancy.Branch other = service.tenancy().branch("both");
    CreateKeyResponse key = key(other.workspace().getId(), 100);
    String node = other.project().getId();
    var _ =
        credits()
            .setCredits(
                SetCreditsRequest.newBuilder()
                    .setNodeId(node)
                    .setCredits(Credits.newBuilder().setRemaining(3))
                    .build());
    assertThat(ask(key, 2).getAllowed().getCreditsList())
        .extracting(state -> state.getNode().getId())
        .as("the one with the least left first")
        .containsExactly(node, "");
    for (int i = 0; i < 5; i++) {
      assertThat(exhausted(key, 2).getCredits(0).getNode().getId()).isEqualTo(node);
    }
    assertThat(remaining(key)).as("a denial by the node takes nothing of the key").isEqualTo(98);

    var _ = credits().removeCredits(RemoveCreditsRequest.newBuilder().setNodeId(node).build());
    assertThat(ask(key, 98).getAllowed().getCreditsList()).hasSize(1);
    exhausted(key, 1);
    var _ =
        credits()
            .removeCredits(
                RemoveCreditsRequest.newBuilder().setKeyId(key.getKey().getId()).build());
    assertThat(ask(key, 1_000).getAllowed().getCreditsList()).isEmpty();
  }

  @Test
  void denialForCredits_givesBackWhatTheLimitsTook() {
    CreateKeyResponse key =
        service
            .keys()
            .createKey(
                CreateKeyRequest.newBuilder()
                    .setNodeId(acme.environment().getId())
                    .setName("both")
                    .setCredits(Credits.newBuilder())
                    .addRateLimits(
                        RateLimit.newBuilder()
                            .setName("data")
                            .setAmount(2)
                            .setWindow(Duration.newBuilder().setSeconds(3_600)))
                    .build());
    for (int i = 0; i < 5; i++) {
      exhausted(key, 1);
    }
    set(key, Credits.newBuilder().setRemaining(1));

    assertThat(ask(key, 1).getAllowed().getLimits(0).getRemaining()).isEqualTo(1);
    assertThat(
            service
                .authentication()
                .authenticate(
                    AuthenticateRequest.newBuilder()
                        .setCredential(key.getSecret())
                        .setLimit("management")
                        .build())
                .hasAllowed())
        .as("management takes no credits")
        .isTrue();
  }

  @Test
  void rotation_movesTheAccount_andBothKeysDrawFromIt() {
    CreateKeyResponse key = key(10);
    assertThat(ask(key, 1).hasAllowed()).isTrue();
    RotateKeyResponse rotated =
        service
            .keys()
            .rotateKey(
                RotateKeyRequest.newBuilder()
                    .setId(key.getKey().getId())
                    .setGracePeriod(Duration.newBuilder().setSeconds(60))
                    .build());
    assertThat(rotated.getKey().getCredits().getRemaining()).isEqualTo(9);
    CreateKeyResponse successor =
        CreateKeyResponse.newBuilder()
            .setKey(rotated.getKey())
            .setSecret(rotated.getSecret())
            .build();

    assertThat(ask(successor, 4).getAllowed().getCredits(0).getRemaining()).isEqualTo(5);
    assertThat(ask(key, 5).hasAllowed()).isTrue();
    exhausted(successor, 1);
    exhausted(key, 1);
    var _ =
        credits()
            .removeCredits(
                RemoveCreditsRequest.newBuilder().setKeyId(successor.getKey().getId()).build());
    assertThat(ask(key, 1).hasAllowed()).as("closed for both").isTrue();
  }

  @Test
  void writes_takeEtagsAndRequestIds() {
    CreateKeyResponse key = key(1);
    String id = key.getKey().getId();
    AddCreditsRequest add =
        AddCreditsRequest.newBuilder()
            .setKeyId(id)
            .setAmount(5)
            .setRequestId(UUID.randomUUID().toString())
            .build();
    Credits first = credits().addCredits(add).getCredits();
    assertThat(first.getRemaining()).isEqualTo(6);
    assertThat(credits().addCredits(add).getCredits()).isEqualTo(first);
    assertThat(remaining(key)).isEqualTo(6);

    SetCreditsRequest.Builder set =
        SetCreditsRequest.newBuilder().setKeyId(id).setCredits(Credits.newBuilder());
    Refusals.of(() -> credits().setCredits(set.setEtag("1").build()))
        .hasReason(ErrorReason.ERROR_REASON_ETAG_MISMATCH);
    var _ = credits().setCredits(set.setEtag(first.getEtag()).build());
    Refusals.of(
            () ->
                credits()
                    .removeCredits(
                        RemoveCreditsRequest.newBuilder()
                            .setKeyId(id)
                            .setEtag(first.getEtag())
                            .build()))
        .hasReason(ErrorReason.ERROR_REASON_ETAG_MISMATCH);
    RemoveCreditsRequest remove = RemoveCreditsRequest.newBuilder().setKeyId(id).build();
    var _ = credits().removeCredits(remove);
    var _ = credits().removeCredits(remove);
    Refusals.of(() -> remaining(key)).hasReason(ErrorReason.ERROR_REASON_RESOURCE_NOT_FOUND);
  }

  @Test
  void stoppedNode_givesBack_andACrashedOneLosesItsLeasesOnly() throws SQLException {
    CreateKeyResponse key = key(10_000);
    try (RunningKeyService second = RunningKeyService.beside(service)) {
      assertThat(ask(second.authentication(), key, 1).hasAllowed()).isTrue();
      assertThat(remaining(key)).as("some is leased").isLessThan(9_999);
    }
    assertThat(remaining(key)).isEqualTo(9_999);

    try (RunningKeyService crashing = RunningKeyService.beside(service)) {
      assertThat(ask(crashing.authentication(), key, 1).hasAllowed()).isTrue();
      // From now on it cannot give anything back.
      cutOff(crashing);
    }
    assertThat(remaining(key)).isBetween(9_998 - CreditLeases.LARGEST * 3 / 2, 9_998L);
  }

  @Test
  void idleLease_isGivenBack() {
    CreateKeyResponse key = key(1_000);
    try (RunningKeyService second = RunningKeyService.beside(service)) {
      assertThat(ask(second.authentication(), key, 1).hasAllowed()).isTrue();
      assertThat(remaining(key)).isLessThan(999);
      Conditions.await("given back", () -> remaining(key) == 999);
    }
  }

  @Test
  void leaseOfAnotherNode_fromBeforeTheAccountWasSet_isNotGivenBackToIt() {
    CreateKeyResponse key = key(1_000);
    try (RunningKeyService second = RunningKeyService.beside(service)) {
      assertThat(ask(second.authentication(), key, 1).hasAllowed()).isTrue();
      assertThat(remaining(key)).as("some is leased there").isLessThan(999);

      set(key, Credits.newBuilder().setRemaining(50));
      Conditions.await("let go of", () -> leased(second) == 0);

      assertThat(remaining(key)).isEqualTo(50);
    }
  }

  /** What a node holds of all accounts. */
  private static double leased(RunningKeyService node) {
    return node.host()
        .context()
        .getBean(MeterRegistry.class)
        .get("latchkey.credits.leased")
        .gauge()
        .value();
  }

  @Test
  void withoutTheDatabase_nobodyIsAdmittedOnCreditsThatAreNotLeased() {
    try (RunningKeyService cut = new RunningKeyService()) {
      String node = cut.tenancy().branch("cut").environment().getId();
      CreateKeyResponse key =
          cut.keys()
              .createKey(
                  CreateKeyRequest.newBuilder()
                      .setNodeId(node)
                      .setName("paying")
                      .setCredits(Credits.newBuilder().setRemaining(1_000))
                      .build());
      AuthenticationServiceBlockingStub stub = cut.authentication();
      assertThat(ask(stub, key, 1).hasAllowed()).isTrue();

      cut.loseDatabase();

      assertThat(ask(stub, key, 1).hasAllowed()).as("what is leased goes on").isTrue();
      Refusals.of(() -> ask(stub, key, 500))
          .hasReason(ErrorReason.ERROR_REASON_DEPENDENCY_UNAVAILABLE);
    }
  }
}
