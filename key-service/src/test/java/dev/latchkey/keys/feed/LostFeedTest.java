package dev.latchkey.keys.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.keys.support.Conditions;
import dev.latchkey.keys.support.DatabaseProxy;
import dev.latchkey.keys.support.RunningKeyService;
import dev.latchkey.keys.support.StandInTenancy;
import dev.latchkey.kit.database.Transactions;
import dev.latchkey.proto.keys.v1.CreateKeyResponse;
import dev.latchkey.proto.keys.v1.DenialReason;
import dev.latchkey.proto.keys.v1.RevocationReason;
import dev.latchkey.proto.keys.v1.RevokeKeyRequest;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A node whose way to the database lets nothing pass any more, though its connections stay. */
final class LostFeedTest {
  private static RunningKeyService first;
  private static RunningKeyService cut;
  private static DatabaseProxy proxy;
  private static StandInTenancy.Branch acme;
  private static final HeardChanges HEARD = new HeardChanges();

  @BeforeAll
  static void start() {
    first = new RunningKeyService();
    proxy = new DatabaseProxy(first.databaseUrl());
    cut = RunningKeyService.beside(first, Map.of("LATCHKEY_KEYS_DATABASE_URL", proxy.url()), HEARD);
    acme = first.tenancy().branch("acme");
  }

  @AfterAll
  static void stop() {
    proxy.resume();
    cut.close();
    first.close();
    proxy.close();
  }

  private static CreateKeyResponse keyKnownToBoth() {
    CreateKeyResponse key = first.create(acme.environment().getId());
    assertThat(cut.authenticate(key.getSecret()).hasAllowed()).isTrue();
    return key;
  }

  private static void revoke(CreateKeyResponse key) {
    var _ =
        first
            .keys()
            .revokeKey(
                RevokeKeyRequest.newBuilder()
                    .setId(key.getKey().getId())
                    .setReason(RevocationReason.REVOCATION_REASON_COMPROMISED)
                    .build());
  }

  private static Pulse pulse() {
    return cut.host().context().getBean(Pulses.class).keys();
  }

  private static void awaitDenied(CreateKeyResponse key) {
    Conditions.await(
        "denied", () -> cut.denial(key.getSecret()) == DenialReason.DENIAL_REASON_REVOKED);
  }

  @Test
  void halfOpenConnection_isNoticedWithinTheTrustWindow_andReplaced() {
    CreateKeyResponse key = keyKnownToBoth();
    Conditions.await("the log is heard", () -> !pulse().isLost());
    int gaps = HEARD.gaps.get();

    proxy.silence();
    long stalled = System.nanoTime();
    Conditions.await("the loss is noticed", () -> pulse().isLost());
    Duration noticed = Duration.ofNanos(System.nanoTime() - stalled);
    revoke(key);

    proxy.resume();
    long resumed = System.nanoTime();
    awaitDenied(key);
    Duration recovered = Duration.ofNanos(System.nanoTime() - resumed);

    System.out.printf(
        "half-open: noticed after %d ms, recovered %d ms after its end%n",
        noticed.toMillis(), recovered.toMillis());
    assertThat(noticed).isLessThan(Duration.ofMillis(3_500));
    assertThat(recovered).isLessThan(Duration.ofMillis(2_500));
    assertThat(HEARD.gaps.get()).as("what was missed was read").isEqualTo(gaps);
  }

  @Test
  void nodeThatWasAwayWhileRowsWereDeleted_forgetsEverything() throws SQLException {
    CreateKeyResponse key = keyKnownToBoth();
    Conditions.await("the log is heard", () -> !pulse().isLost());
    int gaps = HEARD.gaps.get();
    proxy.silence();
    Conditions.await("the loss is noticed", () -> pulse().isLost());

    revoke(key);
    deleteWhatIsVisible();
    proxy.resume();

    awaitDenied(key);
    Conditions.await("the listener knows", () -> HEARD.gaps.get() == gaps + 1);
  }

  /** As if it had been there for the retention. */
  private static void deleteWhatIsVisible() throws SQLException {
    AtomicLong now = new AtomicLong();
    Compaction compaction =
        new Compaction(
            first.host().context().getBean(Transactions.class),
            now::get,
            Duration.ofMinutes(10),
            Duration.ofMinutes(1));
    try (Connection database = first.database()) {
      compaction.onRead(List.of(), FeedReader.read(database, null).position());
      now.addAndGet(Duration.ofMinutes(10).toNanos());
      assertThat(compaction.compact()).isPositive();
    } finally {
      compaction.close();
    }
  }
}
